"""What the room of environment adjustment says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.environment import panel
from cases.environment.actions import ADJUST
from cases.environment.queries import latest_tasks
from cases.records.codes import CasePage
from security.rooms import EVERYWHERE, Card, Room

ROOM = Room(
    keepers=EVERYWHERE,
    moments_in=panel.moments_in,
    first=lambda case: [latest_tasks(case)],
    cards={"environment": Card(page=CasePage.PROGRESS, make=panel.panel, order=48)},
    logged={"environment": _("environment adjustment")},
    sensitive={"environment": 3},
    duties=(ADJUST,),
    things={"cases.EnvironmentTask": _("adjustment of the environment")},
)
