"""What the room of corrections of custody says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.corrections import panel
from cases.corrections.actions import CUSTODY, STEP
from cases.corrections.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments=panel.moments,
    steps=panel.steps,
    cards={"corrections": Card(page=CasePage.CUSTODY, make=panel.panel, order=90)},
    logged={"corrections": _("corrections of custody")},
    sensitive={"corrections": 3},
    decisions=(CUSTODY, STEP),
    obstacle=what_waits,
    things={
        "cases.CustodyCorrection": _("decision on when custody began or ended"),
        "cases.StepCorrection": _("decision on a step of a custody warrant"),
    },
)
