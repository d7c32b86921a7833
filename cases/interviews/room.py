"""What the room of interviews says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.interviews import panel
from cases.interviews.actions import SECOND
from cases.interviews.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments=panel.moments,
    moments_in=panel.moments_in,
    steps=panel.steps,
    cautions=panel.cautions,
    cards={"interviews": Card(page=CasePage.PROGRESS, make=panel.panel, order=40)},
    logged={"interviews": _("register of interviews")},
    # The child's own words about what happened.
    sensitive={"interviews": 3},
    decisions=(SECOND,),
    obstacle=what_waits,
    things={
        "cases.Interview": _("interview, or what the child told"),
        "cases.SecondInterview": _("decision on a second interview"),
    },
)
