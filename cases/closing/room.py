"""What the room of the closing of a case says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.closing import panel
from cases.closing.actions import CLOSING
from cases.closing.queries import closing_rows
from cases.records.codes import CasePage
from security.rooms import EVERYWHERE, Card, Room

ROOM = Room(
    keepers=EVERYWHERE,
    first=lambda case: [closing_rows(case)],
    moments=panel.moments,
    steps=panel.steps,
    cards={"closing": Card(page=CasePage.MANAGE, make=panel.panel, order=20)},
    logged={"closing": _("closing of the case")},
    sensitive={"closing": 2},
    decisions=(CLOSING,),
    things={
        "cases.ClosingDecision": _("decision on closing the case"),
    },
)
