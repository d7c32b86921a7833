"""What the support of juvenile victims says of itself."""

from django.utils.translation import gettext_lazy as _

from cases.records.codes import CasePage
from cases.support import panel
from cases.support.actions import DESIGNATE, FREE
from cases.support.duties import DECIDE, FOLLOW, NOTIFY, REPORT, REVIEW
from cases.support.papers import CONSULTATION, NOTICE, PLAN
from cases.support.rules import what_waits
from security.rooms import POLICE, Card, Room

ROOM = Room(
    keepers=POLICE,
    first=panel.first,
    moments=panel.moments,
    cautions=panel.cautions,
    steps=panel.steps,
    cards={
        "support": Card(page=CasePage.OVERVIEW, make=panel.panel, order=10),
        "support_plan": Card(page=CasePage.OVERVIEW, make=panel.plan_panel, order=12),
    },
    logged={
        "support": _("support of the victim"),
        "support_plan": _("continuing support"),
        CONSULTATION.code: CONSULTATION.label,
        NOTICE.code: NOTICE.label,
        PLAN.code: PLAN.label,
    },
    sensitive={"support": 3, "support_plan": 3, CONSULTATION.code: 3, NOTICE.code: 3, PLAN.code: 3},
    decisions=(DESIGNATE, FREE),
    duties=(REPORT, NOTIFY, DECIDE, REVIEW, FOLLOW),
    obstacle=what_waits,
    papers=(CONSULTATION, NOTICE, PLAN),
    things={
        "cases.SupportReception": _("reception of a juvenile victim"),
        "cases.SupportNotice": _("notification of a child by the police"),
        "cases.SupportReview": _("review of the plan of the support"),
        "cases.Supporter": _("supporter of a juvenile victim"),
        "cases.SupporterReport": _("what a supporter told"),
        "cases.Designation": _("designation of continuing support"),
        "cases.Release": _("release from continuing support"),
    },
)
