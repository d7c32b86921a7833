"""What the room of the closing of a case says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.closing import panel
from cases.closing.actions import CLOSING
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    moments=panel.moments,
    steps=panel.steps,
    panels={"closing": _("Closing")},
    logged={"closing": _("closing of the case")},
    sensitive={"closing": 2},
    decisions=(CLOSING,),
    things={
        "cases.ClosingDecision": _("decision on closing the case"),
    },
)
