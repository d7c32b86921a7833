"""What the room of counseling and guidance says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.counseling import panel
from cases.counseling.actions import PLAN, REVIEW
from cases.counseling.papers import PLAN_SHEET
from cases.counseling.queries import open_on, plan_rows
from cases.counseling.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Open, Room

ROOM = Room(
    first=lambda case: [plan_rows(case)],
    moments=panel.moments,
    steps=panel.steps,
    in_force=panel.what_holds,
    open_on={"counseling": Open(_("counseling plans %(n)s"), open_on)},
    cards={"counseling": Card(page=CasePage.PROGRESS, make=panel.panel, order=46)},
    logged={
        "counseling": _("counseling and guidance"),
        PLAN_SHEET.code: PLAN_SHEET.label,
    },
    sensitive={"counseling": 3, PLAN_SHEET.code: 3},
    decisions=(PLAN,),
    duties=(REVIEW,),
    papers=(PLAN_SHEET,),
    obstacle=what_waits,
    things={"cases.CounselingPlan": _("plan of counseling and guidance")},
)
