"""What the room of agreements between offices says of itself."""

from django.utils.translation import gettext_lazy as _

from security.rooms import Room

ROOM = Room(
    things={
        "agencies.SharingAgreement": _("sharing agreement"),
    },
)
