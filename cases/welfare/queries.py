"""What of a case went to a welfare office."""

from django.db.models import QuerySet

from cases.records.models import Case
from cases.welfare.models import WelfareDecision, WelfareReferral
from face.reading import asked_once

LATEST = 20
"""How many the case page shows."""


def all_referrals_of(case: Case) -> QuerySet[WelfareReferral]:
    """Every referral of the case with its decision, the latest first."""
    people = ("recorded_by__staff", "decision__recorded_by__staff")
    return WelfareReferral.objects.filter(case=case).select_related(*people)


@asked_once
def latest_referrals(case: Case) -> QuerySet[WelfareReferral]:
    """The latest of them, perhaps not read yet."""
    return all_referrals_of(case)[:LATEST]


def referrals_of(case: Case) -> list[WelfareReferral]:
    """The same rows, each with its case."""
    rows = list(latest_referrals(case))
    for row in rows:
        row.case = case
        if (decision := decision_on(row)) is not None:
            decision.case = case
    return rows


def decision_on(row: WelfareReferral) -> WelfareDecision | None:
    """What was decided on it; None as long as that is not recorded."""
    return getattr(row, "decision", None)
