"""What handing over says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.handover.queries import held
from security.rooms import Room

ROOM = Room(
    logged={"handover": _("hand-over")},
    sensitive={"handover": 1},
    held=held,
    things={"cases.Handover": _("hand-over of the case")},
)
