"""What the access log contributes to the case page."""

from django.utils.translation import gettext_lazy as _

from desk.audit import panel
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    panels={"looks": _("Who looked")},
    logged={"looks": _("who looked"), "changes": _("changes"), "home": _("home page")},
    sensitive={"looks": 1, "changes": 2, "home": 0},
)
