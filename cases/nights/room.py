"""What the room of the nights says of itself."""

from django.utils.translation import gettext_lazy as _

from security.rooms import Room

ROOM = Room(things={"cases.NightSheet": _("receipt of a hand-over sheet")})
