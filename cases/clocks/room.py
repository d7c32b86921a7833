"""What the room of the time limits of the law says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.clocks import panel
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    moments=panel.moments,
    panels={"clocks": _("Time limits")},
    logged={"clocks": _("deadlines"), "due": _("deadlines")},
    sensitive={"clocks": 1, "due": 0},
    things={
        "cases.Clock": _("time limit"),
    },
)
