"""What the pages of a case say of themselves."""

from django.utils.translation import gettext_lazy as _

from security.rooms import Room

ROOM = Room(logged={"bar": _("head of the case")}, sensitive={"bar": 1})
