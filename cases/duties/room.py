"""What the room of the duties says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.duties import panel
from cases.duties.queries import duties_open_on, open_on
from cases.duties.rules import what_is_open
from cases.records.codes import CasePage
from security.rooms import EVERYWHERE, Card, Open, Room

ROOM = Room(
    keepers=EVERYWHERE,
    first=lambda case: [duties_open_on(case)],
    open_on={"duties": Open(_("duties %(n)s"), open_on)},
    steps=panel.steps,
    cards={"duties": Card(page=CasePage.OVERVIEW, make=panel.panel, order=20)},
    logged={"duties": _("duties")},
    sensitive={"duties": 1},
    obstacle=what_is_open,
    things={"cases.Duty": _("duty"), "cases.DutyWarning": _("what was told of a duty")},
)
