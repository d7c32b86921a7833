"""What the room of prints says of itself. The forms are declared by the rooms whose they are (``Room.papers``)."""

from django.utils.translation import gettext_lazy as _

from cases.prints import panel
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    panels={"papers": _("Documents")},
    logged={"papers": _("list of prints")},
    sensitive={"papers": 1},
    things={"cases.Print": _("print of a form")},
)
