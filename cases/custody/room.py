"""What the room of temporary custody says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.custody import panel
from cases.custody.actions import END, START
from cases.custody.papers import CUSTODY
from cases.custody.rules import what_goes_on
from security.rooms import Room

ROOM = Room(
    panel=panel.panel,
    moments=panel.moments,
    steps=panel.steps,
    cautions=panel.cautions,
    panels={"custody": _("Temporary custody")},
    logged={
        "custody": _("temporary custody"),
        "withheld_place": _("withheld place"),
        CUSTODY.code: CUSTODY.label,
    },
    sensitive={"custody": 3, "withheld_place": 5, CUSTODY.code: 3},
    papers=(CUSTODY,),
    decisions=(START, END),
    obstacle=what_goes_on,
    to_do=panel.to_do,
    things={
        "cases.ConsentAnswer": _("answer of the person with parental authority"),
        "cases.CustodyDecision": _("custody decision"),
        "cases.WarrantRequest": _("request for a custody warrant"),
    },
)
