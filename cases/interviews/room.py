"""What the room of interviews says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.interviews import panel
from cases.interviews.actions import SECOND
from cases.interviews.papers import PLAN_SHEET
from cases.interviews.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments=panel.moments,
    moments_in=panel.moments_in,
    steps=panel.steps,
    cautions=panel.cautions,
    cards={
        "interviews": Card(page=CasePage.PROGRESS, make=panel.panel, order=40),
        "joint": Card(page=CasePage.PROGRESS, make=panel.joint_panel, order=41),
    },
    logged={
        "interviews": _("register of interviews"),
        "joint": _("plan of a joint interview"),
        PLAN_SHEET.code: PLAN_SHEET.label,
    },
    # The child's own words about what happened.
    sensitive={"interviews": 3, "joint": 2, PLAN_SHEET.code: 2},
    decisions=(SECOND,),
    duties=(panel.ANSWER, panel.HOLD, panel.CONTACT, panel.SEND_VIEW),
    papers=(PLAN_SHEET,),
    obstacle=what_waits,
    things={
        "cases.Interview": _("interview, or what the child told"),
        "cases.JointPlan": _("plan of a joint interview"),
        "cases.JointEvent": _("what became of the plan of a joint interview"),
        "cases.SecondInterview": _("decision on a second interview"),
    },
)
