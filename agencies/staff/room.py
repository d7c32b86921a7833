"""What the room of people, their positions and delegations says of itself."""

from django.utils.translation import gettext_lazy as _

from security.rooms import Room

ROOM = Room(
    things={
        "agencies.Delegation": _("delegation"),
        "agencies.Position": _("position"),
        "agencies.Staff": _("person"),
    },
)
