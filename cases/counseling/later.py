"""Reviewing a plan, and ending the help with a report that two people answer for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks.rules import end_of
from cases.counseling import later_rules as rules
from cases.counseling.actions import REPORT, REVIEW, held, owner_of
from cases.counseling.codes import (
    COUNSELING_END,
    FOLLOW_UP_DAYS,
    GoalState,
    PlanEnd,
    ReviewOutcome,
)
from cases.counseling.models import CounselingEnd, CounselingPlan, PlanReview
from cases.counseling.queries import attendance_of, goals_reviewed, owed_after, results_on
from cases.decisions.actions import Decision
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.duties.queries import duties_after
from cases.records.actions import locked
from cases.records.codes import Answer
from cases.records.models import Case
from cases.records.rules import check_not_there
from cases.scores.panel import drawn
from face.consequences import Consequences
from face.lines import Line
from security.walls import clock


def _plan(case: UUID, cause: UUID) -> Line | None:
    row = CounselingPlan.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    return Line(reverse("counseling", args=[case, cause]), COUNSELING_END.label, on=row.starts_on)


FOLLOW_UP = DutyKind(
    code="counseling_follow_up",
    label=_("follow up after the end of counseling"),
    days=lambda _office: FOLLOW_UP_DAYS,
    after=_plan,
)
"""The end names its day: how the child is, and the last measure, are written down when it is done."""


@dataclass(frozen=True, kw_only=True)
class ReviewFacts:
    """What a review says. ``goal_states`` by the codes of the goals."""

    reviewed_on: date
    outcome: ReviewOutcome
    goal_states: Mapping[str, GoalState]
    texts: Mapping[str, str]
    next_on: date | None = None


@transaction.atomic
def record_review(plan: CounselingPlan, facts: ReviewFacts, *, by: Position) -> PlanReview:
    """Record a review; the next one is owed on its day, or the end. Raises Refused, with the name of the field that is wrong."""
    now = clock.now()
    row = held(plan)
    rules.check_may_review(row, by, now)
    rules.check_review(row, facts.reviewed_on, facts.outcome, facts.next_on, clock.today())
    rules.check_goal_states(row, facts.goal_states)
    review = PlanReview(case=row.case, plan=row, recorded_by=by, recorded_at=now, next_on=facts.next_on)
    review.reviewed_on, review.outcome = facts.reviewed_on, facts.outcome
    review.goal_states = {code: state.value for code, state in facts.goal_states.items()}
    for name in PlanReview.TEXTS:
        setattr(review, name, facts.texts.get(name) or None)
    same = PlanReview.objects.filter(plan=row, next_on=facts.next_on)
    check_not_there(review, same, PlanReview.FACTS)
    owed = owed_after(row)
    review.save(force_insert=True)
    with override("ja"):
        note = gettext("The review was recorded.")
    for cause in owed:
        settle_duties(row.case_id, cause, REVIEW, note=note, by=by)
    if facts.next_on is not None:
        due = end_of(facts.next_on)
        leave_duty(row.case, REVIEW, cause=review.pk, owner=owner_of(row), due_at=due)
    elif not duties_after(row.case_id, row.pk).filter(kind=REPORT.code, done_at=None).exists():
        # A second review that comes to the end owes the one report that the first left.
        leave_duty(row.case, REPORT, cause=row.pk, owner=owner_of(row))
    return review


@dataclass(frozen=True, kw_only=True)
class EndFacts:
    """What the end and its report say."""

    last_on: date
    reason: PlanEnd
    goal_states: Mapping[str, GoalState]
    farewell: Answer
    texts: Mapping[str, str]
    follow_up_on: date | None = None


@transaction.atomic
def draft_end(
    plan: CounselingPlan, facts: EndFacts, *, by: Position, earlier: CounselingEnd | None = None
) -> CounselingEnd:
    """Draft the end of the help. A supervisor, the director or a delegate decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    now = clock.now()
    row = END.begin(plan.case, by, now, earlier)
    plan = held(plan)
    row.case, row.plan = plan.case, plan
    rules.check_may_end(plan, now, besides=row)
    rules.check_last(plan, facts.last_on, facts.follow_up_on, clock.today())
    rules.check_goal_states(plan, facts.goal_states)
    rules.check_farewell(facts.farewell, facts.texts.get("farewell_words") or "")
    row.follow_up_on, row.last_on, row.reason = facts.follow_up_on, facts.last_on, facts.reason
    row.goal_states = {code: state.value for code, state in facts.goal_states.items()}
    row.attendance = attendance_of(plan)
    row.farewell = facts.farewell
    for name in CounselingEnd.TEXTS:
        setattr(row, name, facts.texts.get(name) or None)
    return END.submit(row, by)


def _locked(rows: QuerySet[CounselingEnd]) -> CounselingEnd:
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    row.plan = locked(CounselingPlan.objects.filter(pk=row.plan_id))
    row.plan.case = row.case
    return row


def _ends(row: CounselingEnd, by: Position) -> None:
    """The plan has ended (trigger ``counseling_ends``): no review and no end is owed any more; the follow-up is, on its day."""
    with override("ja"):
        note = gettext("The end was decided.")
    for cause in owed_after(row.plan):
        settle_duties(row.case_id, cause, REVIEW, note=note, by=by)
    settle_duties(row.case_id, row.plan_id, REPORT, note=note, by=by)
    if row.follow_up_on is not None:
        due = end_of(row.follow_up_on)
        leave_duty(row.case, FOLLOW_UP, cause=row.plan_id, owner=owner_of(row.plan), due_at=due)


def _shown(row: CounselingEnd, _by: Position) -> dict[str, Any]:
    row.plan.case = row.case
    scores = drawn(results_on(row.plan, row.decided_at), over_time=True)
    return {"d": row, "plan": row.plan, "reached": goals_reviewed(row.plan, row.goal_states), **scores}


END = Decision(
    act=COUNSELING_END,
    model=CounselingEnd,
    check_may_draft=rules.check_may_draft_end,
    content=CounselingEnd.CONTENT,
    form_url="counseling_end",
    template="cases/counseling/ended.html",
    context=_shown,
    panels=lambda _row: ("counseling",),
    related=("plan__provider__staff", "plan__other_office"),
    consequences=Consequences(
        _("The help ends today. No session is recorded on its plan any more, and no review is owed."),
        _("The person who drafted it is told, and who gave the help owes the follow-up on its day."),
        _("The report does not change any more. Further help is a new plan."),
    ),
    lock=_locked,
    still_holds=rules.check_end_holds,
    effect=_ends,
)
