"""What the room of the duties says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.duties import panel
from cases.duties.rules import what_is_open
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    steps=panel.steps,
    panels={"duties": _("Duties")},
    logged={"duties": _("duties")},
    sensitive={"duties": 1},
    obstacle=what_is_open,
    things={"cases.Duty": _("duty")},
)
