"""What the room of receipts says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.receipts import panel
from cases.receipts.actions import OUTCOME, take_filed, time_open_receipts
from cases.receipts.papers import RECEPTION, URGENCY
from cases.receipts.received import CORRECTION
from cases.receipts.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    moments_in=panel.moments_in,
    first=panel.first,
    steps=panel.steps,
    cards={"receipts": Card(page=CasePage.RECEPTION, make=panel.panel, order=60)},
    logged={
        "receipts": _("facts and outcome of receipts"),
        RECEPTION.code: RECEPTION.label,
        URGENCY.code: URGENCY.label,
    },
    sensitive={"receipts": 2, RECEPTION.code: 2, URGENCY.code: 2},
    papers=(RECEPTION, URGENCY),
    decisions=(OUTCOME, CORRECTION),
    duties=(panel.DECIDE_BY,),
    obstacle=what_waits,
    to_be_seen=time_open_receipts,
    filed=take_filed,
    things={
        "cases.ReceiptFacts": _("facts of a receipt"),
        "cases.ReceiptOutcome": _("decision on the outcome of a receipt"),
        "cases.ReceivedCorrection": _("decision on when a receipt came"),
    },
)
