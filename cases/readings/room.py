"""What the room of the list of receipts says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.readings import panel
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    moments_in=panel.moments_in,
    cards={"readings": Card(page=CasePage.RECEPTION, make=panel.panel, order=70)},
    logged={"readings": _("list of receipts")},
    sensitive={"readings": 2},
    things={"cases.ReceiptReading": _("signature under a receipt")},
)
