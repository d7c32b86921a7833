"""Recording what goes to a welfare office, and the decision that came back."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from cases.records.rules import check_not_there
from cases.welfare import rules
from cases.welfare.codes import ANSWER_DAYS, Matter, Verdict
from cases.welfare.models import WelfareDecision, WelfareReferral
from face.lines import Line
from security.encryption.fields import value_of
from security.walls import clock


def _after(case: UUID, cause: UUID) -> Line | None:
    row = WelfareReferral.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    return Line(reverse("welfare_referral", args=[case, row.pk]), _("Welfare office"), at=row.recorded_at)


ANSWER = DutyKind(
    code="welfare_decision",
    label=_("record what the welfare office decided"),
    days=lambda _office: ANSWER_DAYS,
    after=_after,
    by_act=True,
)
"""Left with what goes to the welfare office; recording its decision does it."""


@transaction.atomic
def refer(
    case: Case, *, matter: Matter, sent_on: date, welfare_office: str, reason: str, by: Position
) -> WelfareReferral:
    """Record that the case, or a question on it, went to a welfare office; who is in charge owes its decision. Raises Refused.

    A mother and child living support facility is decided by the welfare office, not by the center (児童福祉法23条).
    """
    locked(Case.objects.filter(pk=case.pk))  # of two who send the same at once the second sees the first
    rules.check_may_record(case, by)
    rules.check_sent_on(sent_on, clock.today())
    row = WelfareReferral(case=case, recorded_by=by, recorded_at=clock.now())
    row.matter, row.sent_on, row.welfare_office, row.reason = matter, sent_on, welfare_office, reason
    check_not_there(row, WelfareReferral.objects.filter(case=case), WelfareReferral.FACTS)
    row.save(force_insert=True)
    owner = next(iter(positions_of_case(case.pk, Relation.LEAD)), by.pk)
    leave_duty(case, ANSWER, cause=row.pk, owner=owner)
    return row


@transaction.atomic
def record_decision(
    referral: WelfareReferral,
    *,
    verdict: Verdict,
    decided_on: date,
    decision_no: str,
    decision_words: str,
    by: Position,
) -> WelfareDecision:
    """Record what the welfare office decided, once. Raises Refused."""
    locked(
        Case.objects.filter(pk=referral.case_id)
    )  # nothing of the referral is ever updated, so the case is locked
    row = WelfareReferral.objects.select_related("decision").get(pk=referral.pk)
    row.case = referral.case
    rules.check_may_decide(row, by)
    rules.check_decided_on(value_of(row.sent_on), decided_on, clock.today())
    decision = WelfareDecision(case=row.case, referral=row, recorded_by=by, recorded_at=clock.now())
    decision.verdict, decision.decided_on = verdict, decided_on
    decision.decision_no, decision.decision_words = decision_no or None, decision_words
    decision.save(force_insert=True)
    with override("ja"):
        note = gettext("The decision of the welfare office was recorded.")
    settle_duties(row.case_id, row.pk, ANSWER, note=note, by=by)
    return decision
