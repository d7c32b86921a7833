"""What the room of continuing custody says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.continuing import panel
from cases.continuing.actions import CONTINUE
from cases.continuing.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments_in=panel.moments_in,
    steps=panel.steps,
    cautions=panel.cautions,
    cards={"continuing": Card(page=CasePage.CUSTODY, make=panel.panel, order=55)},
    logged={"continuing": _("continuing of temporary custody")},
    sensitive={"continuing": 3},
    decisions=(CONTINUE,),
    obstacle=what_waits,
    things={
        "cases.Continuing": _("continuing of temporary custody"),
        "cases.TermCourt": _("step at the family court"),
        "cases.TermStand": _("stand on continuing custody"),
    },
)
