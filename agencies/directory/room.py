"""What the room of offices and their sections says of itself."""

from django.utils.translation import gettext_lazy as _

from security.rooms import Room

ROOM = Room(
    things={
        "agencies.Office": _("office"),
        "agencies.Section": _("section"),
    },
)
