"""What the room of the register of training says of itself."""

from django.utils.translation import gettext_lazy as _

from security.rooms import Room

ROOM = Room(things={"agencies.Training": _("row of the register of training")})
