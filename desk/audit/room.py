"""What the access log contributes to the case page."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from desk.audit import panel
from security.rooms import EVERYWHERE, Card, Room

ROOM = Room(
    keepers=EVERYWHERE,
    cards={"looks": Card(page=CasePage.MANAGE, make=panel.panel, order=30)},
    logged={"looks": _("who looked"), "changes": _("changes"), "home": _("home page")},
    sensitive={"looks": 1, "changes": 2, "home": 0},
)
