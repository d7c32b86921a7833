"""What the decision machine says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.decisions.panel import to_do
from cases.decisions.queries import open_on
from security.rooms import EVERYWHERE, Open, Room

ROOM = Room(
    keepers=EVERYWHERE,
    open_on={"drafts": Open(_("drafts waiting %(n)s"), open_on)},
    to_do=to_do,
    logged={"queue": _("drafts to decide")},
    sensitive={"queue": 0},
)
