"""What the room of visits says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.visits import panel
from cases.visits.queries import latest_visits, open_on, sights
from cases.visits.rules import what_waits
from security.rooms import Card, Open, Room

ROOM = Room(
    open_on={"visits": Open(_("visits planned %(n)s"), open_on)},
    moments_in=panel.moments_in,
    first=lambda case: [latest_visits(case)],
    steps=panel.steps,
    cards={"visits": Card(page=CasePage.PROGRESS, make=panel.panel)},
    logged={"visits": _("visits and interviews")},
    sensitive={"visits": 2},
    to_do=panel.to_do,
    first_to_do=panel.first_to_do,
    seen=sights,
    obstacle=what_waits,
    things={"cases.Visit": _("visit or interview")},
)
