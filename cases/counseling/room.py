"""What the room of counseling and guidance says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.counseling import panel
from cases.counseling.actions import PLAN, REPORT, REVIEW
from cases.counseling.later import END, FOLLOW_UP
from cases.counseling.papers import PLAN_SHEET
from cases.counseling.queries import end_rows, measure_rows, open_on, plan_rows, review_rows
from cases.counseling.report import END_SHEET
from cases.counseling.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Open, Room

ROOM = Room(
    first=lambda case: [plan_rows(case), review_rows(case), end_rows(case), measure_rows(case)],
    moments=panel.moments,
    steps=panel.steps,
    in_force=panel.what_holds,
    open_on={"counseling": Open(_("counseling plans %(n)s"), open_on)},
    cards={"counseling": Card(page=CasePage.PROGRESS, make=panel.panel, order=46)},
    logged={
        "counseling": _("counseling and guidance"),
        PLAN_SHEET.code: PLAN_SHEET.label,
        END_SHEET.code: END_SHEET.label,
    },
    sensitive={"counseling": 3, PLAN_SHEET.code: 3, END_SHEET.code: 3},
    decisions=(PLAN, END),
    duties=(REVIEW, REPORT, FOLLOW_UP),
    papers=(PLAN_SHEET, END_SHEET),
    obstacle=what_waits,
    things={
        "cases.CounselingPlan": _("plan of counseling and guidance"),
        "cases.PlanReview": _("review of a counseling plan"),
        "cases.PlanMeasure": _("test scores of a counseling plan"),
        "cases.CounselingEnd": _("end of counseling and guidance"),
    },
)
