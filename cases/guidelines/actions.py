"""Drafting a support guideline and its review, what their approval does, and writing down that it was explained to the child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.rules import end_of
from cases.conferences.models import ConferenceItem, CouncilRecord
from cases.decisions.actions import Decision
from cases.diagnoses.models import Judgement
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.duties.models import Duty
from cases.guidelines import rules
from cases.guidelines.codes import GUIDELINE, GUIDELINE_REVIEW, Outcome
from cases.guidelines.models import Guideline, GuidelineReview, GuidelineTold
from cases.guidelines.panel import EVALUATE, EXPLAIN, shown, shown_review
from cases.guidelines.queries import (
    WITH_IT,
    Goal,
    Result,
    Wish,
    goals_of,
    in_force,
    kept_goals,
    kept_results,
    kept_wishes,
)
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from cases.records.rules import check_not_there
from face.consequences import Consequences
from security.walls import clock

A = TypeVar("A", Guideline, GuidelineReview)


@dataclass(frozen=True, kw_only=True)
class GuidelineFacts:
    """What a draft says: ``texts`` by the names of ``Guideline.TEXTS``."""

    texts: Mapping[str, str]
    wishes: Sequence[Wish]
    goals: Sequence[Goal]
    review_on: date
    item: ConferenceItem | None = None
    judgement: Judgement | None = None
    council: CouncilRecord | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewFacts:
    """What an evaluation says; ``results`` in the order of the goals."""

    outcome: Outcome
    reviewed_on: date
    results: Sequence[Result]
    next_on: date | None
    child_view: str
    assessment: str
    custodians_view: str = ""


@transaction.atomic
def draft_guideline(
    case: Case, facts: GuidelineFacts, *, by: Position, earlier: Guideline | None = None
) -> Guideline:
    """Draft a support guideline. The director or a delegate decides. Raises Refused, with the name of the field that is wrong.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    now = clock.now()
    row = GUIDE.begin(case, by, now, earlier)
    today = localdate(now)
    rules.check_wishes(case, facts.wishes, today)
    rules.check_goals(facts.goals, today)
    rules.check_review_day(facts.review_on, today, case.office.guideline_months)
    rules.check_links(case, facts.item, facts.judgement, facts.council)
    rules.check_view(facts.judgement, facts.texts.get("view_why") or "")
    rules.check_withheld(case, texts_in(facts))
    row.item, row.judgement, row.council = facts.item, facts.judgement, facts.council
    row.review_on = facts.review_on
    row.wishes, row.goals = kept_wishes(facts.wishes), kept_goals(facts.goals)
    for name in Guideline.TEXTS:
        setattr(row, name, facts.texts.get(name) or None)
    return GUIDE.submit(row, by)


def texts_in(facts: GuidelineFacts) -> dict[str, str]:
    """Everything that was written freely, by the name of its field."""
    found = {name: text for name, text in facts.texts.items() if text}
    found |= {f"wish_{one.person.hex}": one.words for one in facts.wishes}
    for number, one in enumerate(facts.goals, 1):
        found |= {f"goal_{number}": one.goal, f"means_{number}": one.means, f"who_{number}": one.who}
    return found


def _locked(rows: QuerySet[A]) -> A:
    """The case is locked before it is looked at: a guideline and an evaluation that are decided at once see each other."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _owner(row: Guideline | GuidelineReview) -> UUID:
    """Whoever is in charge owes what follows; where nobody is, whoever drafted it."""
    return next(iter(positions_of_case(row.case_id, Relation.LEAD)), row.drafted_by_id)


def _settle(case_id: UUID, by: Position, note: str, *kinds: DutyKind) -> None:
    """What was owed on the guideline until now."""
    for kind in kinds:
        open_ones = Duty.objects.filter(case=case_id, kind=kind.code, done_at=None)
        for cause in open_ones.values_list("cause", flat=True):
            settle_duties(case_id, cause, kind, note=note, by=by)


def _guides(row: Guideline, by: Position) -> None:
    """It is in force: to be explained to the child, and evaluated by the end of its day. Of the one before nothing is owed."""
    with override("ja"):
        note = gettext("Another support guideline took its place.")
    _settle(row.case_id, by, note, EXPLAIN, EVALUATE)
    explain_by = clock.now() + timedelta(days=row.case.office.guideline_explain_days)
    leave_duty(row.case, EXPLAIN, cause=row.pk, owner=_owner(row), due_at=explain_by)
    leave_duty(row.case, EVALUATE, cause=row.pk, owner=_owner(row), due_at=end_of(row.review_on))


GUIDE = Decision(
    act=GUIDELINE,
    model=Guideline,
    check_may_draft=rules.check_may_draft_guideline,
    content=Guideline.CONTENT,
    form_url="guideline_new",
    template="cases/guidelines/guideline.html",
    context=shown,
    panels=lambda _row: ("guidelines", "around"),
    related=WITH_IT,
    consequences=Consequences(
        _("The guideline is in force at once, and takes the place of the one before."),
        _(
            "Whoever is in charge is told: it is to be explained to the child, and evaluated by its day. No other office"
            " learns of it."
        ),
        _("It stays as it is. A change is another guideline; it ends by an evaluation that ends it."),
    ),
    lock=_locked,
    still_holds=rules.check_still_holds,
    effect=_guides,
)


@transaction.atomic
def draft_review(
    case: Case, facts: ReviewFacts, *, by: Position, earlier: GuidelineReview | None = None
) -> GuidelineReview:
    """Draft the evaluation of the guideline in force. The director or a delegate decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    now = clock.now()
    row = REVIEW.begin(case, by, now, earlier)
    guideline, today = in_force(case), localdate(now)
    if guideline is None:
        raise Refused("none", _("No support guideline is in force."))
    rules.check_reviewed_on(facts.reviewed_on, guideline, today)
    rules.check_results(facts.results, goals_of(guideline))
    rules.check_outcome(facts.outcome, facts.next_on, today, case.office.guideline_months)
    row.guideline, row.next_on = guideline, facts.next_on
    row.outcome, row.reviewed_on = facts.outcome, facts.reviewed_on
    row.results = kept_results(facts.results)
    row.child_view, row.assessment = facts.child_view, facts.assessment
    row.custodians_view = facts.custodians_view or None
    return REVIEW.submit(row, by)


def _evaluates(row: GuidelineReview, by: Position) -> None:
    """What was owed is done; the guideline is evaluated again by the end of the next day, or has ended."""
    with override("ja"):
        note = gettext("The evaluation of the support guideline was decided.")
    _settle(row.case_id, by, note, *((EVALUATE,) if row.next_on else (EVALUATE, EXPLAIN)))
    if row.next_on is not None:
        leave_duty(row.case, EVALUATE, cause=row.pk, owner=_owner(row), due_at=end_of(row.next_on))


REVIEW = Decision(
    act=GUIDELINE_REVIEW,
    model=GuidelineReview,
    check_may_draft=rules.check_may_review,
    content=GuidelineReview.CONTENT,
    form_url="guideline_review",
    template="cases/guidelines/review.html",
    context=shown_review,
    panels=lambda _row: ("guidelines",),
    related=("guideline",),
    consequences=Consequences(
        _("The evaluation stands. Where it says so, the guideline ends at once."),
        _("Whoever is in charge is told of the day of the next evaluation. No other office learns of it."),
        _("It stays on record. The next evaluation is a further one."),
    ),
    lock=_locked,
    still_holds=rules.check_review_holds,
    effect=_evaluates,
)


@transaction.atomic
def record_told(guideline: Guideline, facts: Mapping[str, Any], *, by: Position) -> GuidelineTold:
    """Write how the guideline was explained to the child (``facts``: ``GuidelineTold.FACTS``). Raises Refused."""
    now = clock.now()
    fresh = locked(Guideline.objects.filter(pk=guideline.pk))
    rules.check_may_tell(fresh, by)
    rules.check_told_at(facts["told_at"], fresh, now)
    row = GuidelineTold(case=fresh.case, guideline=fresh, recorded_by=by, recorded_at=now)
    for name in GuidelineTold.FACTS:
        setattr(row, name, facts.get(name) or None)
    check_not_there(row, GuidelineTold.objects.filter(guideline=fresh), GuidelineTold.FACTS)
    row.save(force_insert=True)
    with override("ja"):
        note = gettext("The guideline was explained to the child, as recorded.")
    settle_duties(fresh.case_id, fresh.pk, EXPLAIN, note=note, by=by)
    return row
