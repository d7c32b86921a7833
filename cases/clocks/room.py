"""What the room of the time limits of the law says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.clocks import panel
from cases.clocks.queries import open_on
from cases.records.codes import CasePage
from security.rooms import Card, Open, Room

ROOM = Room(
    duties=(panel.INSPECTION,),
    open_on={"clocks": Open(_("time limits %(n)s"), open_on)},
    moments=panel.moments,
    cards={"clocks": Card(page=CasePage.OVERVIEW, make=panel.panel, order=10)},
    logged={"clocks": _("deadlines"), "due": _("deadlines")},
    sensitive={"clocks": 1, "due": 0},
    things={
        "cases.Clock": _("time limit"),
        "cases.ClockWarning": _("what was told of a time limit"),
    },
)
