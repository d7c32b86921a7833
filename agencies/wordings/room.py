"""What the room of the texts for children says of itself."""

from django.utils.translation import gettext_lazy as _

from agencies.wordings.panel import to_do
from security.rooms import Room

ROOM = Room(
    to_do=to_do,
    things={
        "agencies.Wording": _("text for a child"),
    },
)
