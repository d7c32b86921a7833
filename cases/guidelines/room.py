"""What the room of support guidelines says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.guidelines import panel
from cases.guidelines.actions import GUIDE, REVIEW
from cases.guidelines.papers import CHILDS_PAGE, GUIDELINE_SHEET
from cases.guidelines.rules import what_waits
from cases.records.codes import CasePage
from security.rooms import Card, Room

ROOM = Room(
    first=panel.first,
    moments=panel.moments,
    steps=panel.steps,
    in_force=panel.what_holds,
    cards={"guidelines": Card(page=CasePage.PROGRESS, make=panel.panel, order=46)},
    logged={
        "guidelines": _("support guidelines"),
        GUIDELINE_SHEET.code: GUIDELINE_SHEET.label,
        CHILDS_PAGE.code: CHILDS_PAGE.label,
    },
    sensitive={"guidelines": 3, GUIDELINE_SHEET.code: 3, CHILDS_PAGE.code: 3},
    decisions=(GUIDE, REVIEW),
    duties=(panel.EXPLAIN, panel.EVALUATE),
    papers=(GUIDELINE_SHEET, CHILDS_PAGE),
    obstacle=what_waits,
    things={
        "cases.Guideline": _("support guideline"),
        "cases.GuidelineReview": _("evaluation of a support guideline"),
        "cases.GuidelineTold": _("that a support guideline was explained to the child"),
    },
)
