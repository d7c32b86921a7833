"""What the decision machine says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.decisions.panel import to_do
from security.rooms import Room

ROOM = Room(to_do=to_do, logged={"queue": _("drafts to decide")}, sensitive={"queue": 0})
