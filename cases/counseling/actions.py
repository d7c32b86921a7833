"""Drafting a plan of counseling and guidance, and what its approval does."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.clocks.rules import end_of
from cases.conferences.models import ConferenceItem
from cases.counseling import later_rules, rules
from cases.counseling.amending import changes_of
from cases.counseling.codes import (
    COUNSELING_PLAN,
    REPORT_DAYS,
    ChildStand,
    CounselingKind,
    ForWhom,
    Frequency,
    LegalForm,
)
from cases.counseling.content import MINUTES, SESSIONS, Asked, kept
from cases.counseling.models import CounselingPlan, PlanReview
from cases.counseling.panel import shown
from cases.counseling.queries import owed_after
from cases.decisions.actions import Decision
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from face.consequences import Consequences
from face.lines import Line
from security.walls import clock


def _owed_after(case: UUID, cause: UUID) -> Line | None:
    """The plan that a review is owed of: of the plan itself, or of the review before."""
    plan = CounselingPlan.objects.filter(case=case, pk=cause).first()
    review = None if plan else PlanReview.objects.filter(case=case, pk=cause).select_related("plan").first()
    row = plan or (review.plan if review else None)
    if row is None:
        return None
    return Line(reverse("counseling", args=[case, row.pk]), COUNSELING_PLAN.label, on=row.starts_on)


REVIEW = DutyKind(
    code="counseling_review",
    label=_("review a counseling plan"),
    days=lambda office: office.plan_review_months * 30,
    after=_owed_after,
    by_act=True,
    of_plan=True,
)
"""Each plan and each review names the day of the next; the end of that day is the duty's limit. Recording the review does it."""


REPORT = DutyKind(
    code="counseling_report",
    label=_("draft the end of counseling with its report"),
    days=lambda _office: REPORT_DAYS,
    after=_owed_after,
    by_act=True,
)
"""Left by a review that comes to the end; the approved end does it, or an amendment with which the help goes on."""


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """What a plan says. ``texts`` by the names of ``CounselingPlan.TEXTS``, ``goals`` by their codes; ``sessions`` None: open."""

    kind: CounselingKind
    legal_form: LegalForm
    for_whom: Collection[ForWhom]
    child_stand: ChildStand
    child_said_at: datetime
    frequency: Frequency
    minutes: int
    starts_on: date
    review_on: date
    texts: Mapping[str, str]
    goals: Mapping[str, str]
    asked: Sequence[Asked] = ()
    sessions: int | None = None
    ends_on: date | None = None
    provider: Position | None = None
    other_office: Office | None = None
    item: ConferenceItem | None = None


@transaction.atomic
def draft_plan(
    case: Case,
    facts: PlanFacts,
    *,
    by: Position,
    earlier: CounselingPlan | None = None,
    amends: CounselingPlan | None = None,
    why: str = "",
) -> CounselingPlan:
    """Draft a plan. A supervisor, the director or a delegate decides. Raises Refused, with the name of the field that is wrong.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again. ``amends``: the current plan that
    it takes the place of once it is approved, and ``why``; what is changed is read from the two.
    """
    now = clock.now()
    row = PLAN.begin(case, by, now, earlier)
    row.case = case
    if row._state.adding:
        row.course, row.amends = (amends.course, amends) if amends else (row.pk, None)
    rules.check_days(case, facts.starts_on, facts.ends_on, facts.review_on, today=clock.today())
    rules.check_provider(case, facts.provider, facts.other_office)
    rules.check_legal_form(case, facts.legal_form, facts.item)
    rules.check_said(facts.child_said_at, facts.asked, now)
    rules.check_asked(case, facts.asked, clock.today())
    rules.check_risks(case, facts.texts.get("risks") or "", now)
    row.legal_form, row.item = facts.legal_form, facts.item
    row.provider, row.other_office = facts.provider, facts.other_office
    row.starts_on, row.ends_on, row.review_on = facts.starts_on, facts.ends_on, facts.review_on
    row.kind, row.for_whom, row.frequency = facts.kind, list(facts.for_whom), facts.frequency
    row.child_stand, row.child_said_at = facts.child_stand, facts.child_said_at
    row.asked = kept(facts.asked)
    row.goals = {code: text for code, text in facts.goals.items() if text}
    row.amount = {MINUTES: facts.minutes} | ({SESSIONS: facts.sessions} if facts.sessions else {})
    for name in CounselingPlan.TEXTS:
        setattr(row, name, facts.texts.get(name) or None)
    row.amended_why = why or None
    if row.amends is not None:
        current = held(row.amends)
        later_rules.check_amends(current, why, changes_of(current, row), besides=row)
    return PLAN.submit(row, by)


def held(plan: CounselingPlan) -> CounselingPlan:
    """The plan as it is now, locked after its case: whoever locks both takes the case first, so that no two wait for each other.
    Raises Refused."""
    locked(Case.objects.filter(pk=plan.case_id))
    row = locked(CounselingPlan.objects.filter(pk=plan.pk))
    row.case = plan.case
    return row


def _locked(rows: QuerySet[CounselingPlan]) -> CounselingPlan:
    """The case is locked before it is looked at: a closing that is decided at once waits."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def owner_of(row: CounselingPlan) -> UUID:
    """Who owes what follows from a plan: whoever gives the help; of another office, the person in charge."""
    lead = next(iter(positions_of_case(row.case_id, Relation.LEAD)), row.drafted_by_id)
    return row.provider_id or lead


def _begins(row: CounselingPlan, by: Position) -> None:
    """Its review is owed until the end of the day that it names; of a plan that it amends nothing is owed any more."""
    if row.amends is not None:
        with override("ja"):
            note = gettext("The plan was amended.")
        for kind in (REVIEW, REPORT):
            for cause in owed_after(row.amends):
                settle_duties(row.case_id, cause, kind, note=note, by=by)
    leave_duty(row.case, REVIEW, cause=row.pk, owner=owner_of(row), due_at=end_of(row.review_on))


def _shown(row: CounselingPlan, _by: Position) -> dict[str, Any]:
    return shown(row, clock.now())


PLAN = Decision(
    act=COUNSELING_PLAN,
    model=CounselingPlan,
    check_may_draft=rules.check_may_draft_plan,
    content=CounselingPlan.CONTENT,
    form_url="counseling_new",
    template="cases/counseling/facts.html",
    context=_shown,
    panels=lambda _row: ("counseling", "around"),
    related=(
        "provider__staff",
        "other_office",
        "item__entry__sitting",
        "amends__provider__staff",
        "amends__other_office",
    ),
    consequences=Consequences(
        _("Help is given as the plan says, from its first day on. Its text does not change any more."),
        _("The person who drafted it is told, and who gives the help owes the review on its day."),
        _("It runs until its end is decided."),
    ),
    lock=_locked,
    still_holds=rules.check_holds,
    effect=_begins,
)
