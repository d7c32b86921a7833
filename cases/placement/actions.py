"""Deciding a placement and its renewal; hearing the child before, what each person says, the court, and when the child came."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.clocks.rules import end_of
from cases.conferences.codes import Opposed
from cases.conferences.models import ConferenceItem
from cases.consents.codes import Said
from cases.consents.rules import check_around, check_says_why, latest_by_person, refuse_nobody
from cases.custody.actions import child_stays
from cases.custody.queries import lasting
from cases.decisions.actions import Decision
from cases.hearings import actions as hearings
from cases.placement import rules
from cases.placement.ages import check_age
from cases.placement.codes import ACTS, PLACES, STAY, Basis, CourtAct, DecisionKind, PlacementKind
from cases.placement.models import (
    PlacementAnswer,
    PlacementArrival,
    PlacementCourt,
    PlacementDecision,
    PlacementHearing,
)
from cases.placement.queries import answer_rows, court_of, court_rows, in_order, standing, term_of
from cases.placement.seen import end_owed, leave_review, leave_visit
from cases.placement.wills import wills_on
from cases.records.actions import locked
from cases.records.models import Case, Person
from cases.records.queries import holders_of_authority
from cases.records.rules import check_not_there
from face.consequences import Consequences
from security.encryption.fields import value_of
from security.walls import clock


@dataclass(frozen=True, kw_only=True)
class MeasureFacts:
    """What every draft says: why, how the child was heard, whom it goes against, and the conference that it follows."""

    reason: str
    told_reason: str
    hearing: PlacementHearing | None
    opposed: Collection[Opposed] = ()
    item: ConferenceItem | None = None


@dataclass(frozen=True, kw_only=True)
class RenewalFacts(MeasureFacts):
    """What a draft of a renewal says."""

    review_on: date


@dataclass(frozen=True, kw_only=True)
class PlacementFacts(RenewalFacts):
    """What a draft of a placement says: where, from when, and on what it rests."""

    place_kind: PlacementKind
    place: str
    effective_on: date
    basis: Basis
    place_withheld: bool = False
    applied_on: date | None = None
    school: str = ""
    medical: str = ""


@transaction.atomic
def record_hearing(case: Case, facts: Mapping[str, Any], *, opinion: str, by: Position) -> PlacementHearing:
    """Record how the child was heard before a decision on its placement, and what it said. Raises Refused."""
    rules.check_may_record(case, by)
    row = PlacementHearing(case=case)
    row.opinion = opinion
    return hearings.record(row, facts, by=by, now=clock.now())


@transaction.atomic
def record_answer(
    case: Case,
    *,
    asked_kind: PlacementKind,
    consent: Said,
    answered_at: datetime,
    by: Position,
    person: Person | None = None,
    note: str = "",
    **more: Any,
) -> PlacementAnswer:
    """Record what one person with parental authority says to a placement of a kind, or why there is no answer (``more``:
    ``PlacementAnswer.MORE``). Raises Refused."""
    now = clock.now()
    rules.check_may_record(case, by)
    locked(Case.objects.filter(pk=case.pk))  # of two who send the same at once the second sees the first
    rules.check_said(answered_at, now)
    check_says_why(consent, more)
    before = [row for row in answer_rows(case) if value_of(row.asked_kind) is asked_kind]
    if person is not None:
        check_around(case, person)
        rules.check_withdrawn(consent, latest_by_person(before).get(person.pk))
    elif consent is Said.NOBODY:
        refuse_nobody(holders_of_authority(case, rules.day_of(answered_at)))
    row = PlacementAnswer(case=case, person=person, recorded_by=by, recorded_at=now)
    row.asked_kind, row.consent, row.answered_at, row.note = asked_kind, consent, answered_at, note
    for name in PlacementAnswer.MORE:
        setattr(row, name, more.get(name) or None)
    row.save(force_insert=True)
    return row


@transaction.atomic
def record_court(
    case: Case,
    *,
    step: CourtAct,
    step_on: date,
    court: str,
    by: Position,
    reference: str = "",
    kinds: Collection[PlacementKind] = (),
    until_day: date | None = None,
    words: str = "",
) -> PlacementCourt:
    """Write a step at the family court (児童福祉法28条). It decides nothing: the measure takes a decision of its own. Raises
    Refused."""
    now = clock.now()
    rules.check_may_record(case, by)
    locked(Case.objects.filter(pk=case.pk))
    earlier = in_order(list(court_rows(case)))
    rules.check_approval(step, step_on, kinds, until_day)
    row = PlacementCourt(case=case, recorded_by=by, recorded_at=now)
    row.step, row.step_on, row.court, row.reference = step, step_on, court, reference or None
    row.kinds, row.until_day, row.words = sorted(kinds) or None, until_day, words or None
    check_not_there(row, earlier[-1:], PlacementCourt.FACTS)
    rules.check_step(step, step_on, earlier, rules.day_of(now))
    row.save(force_insert=True)
    return row


@transaction.atomic
def draft_placement(
    case: Case, facts: PlacementFacts, *, by: Position, earlier: PlacementDecision | None = None
) -> PlacementDecision:
    """Draft that a child is placed. The director or a delegate decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    now = clock.now()
    today = rules.day_of(now)
    row = START.begin(case, by, now, earlier)
    row.case = case
    row.effective_on = facts.effective_on
    rules.check_order(case, facts.effective_on, today)
    check_age(case, facts.basis, facts.effective_on)
    write_place(row, facts, today)
    write_measure(row, facts, facts.review_on)
    rules.check_rests(row, now, approves=False)
    return START.submit(row, by)


@transaction.atomic
def draft_renewal(
    case: Case, facts: RenewalFacts, *, by: Position, earlier: PlacementDecision | None = None
) -> PlacementDecision:
    """Draft that the placement is renewed from the end of the term that the court approved, as :func:`draft_placement`."""
    now = clock.now()
    row = RENEW.begin(case, by, now, earlier)
    row.case, row.start = case, standing(case).start
    row.effective_on = rules.day_of(rules.check_has_term(case).due_at + rules.TICK)
    rules.check_review(row.effective_on, facts.review_on)
    row.basis = Basis.COURT
    write_measure(row, facts, facts.review_on)
    return RENEW.submit(row, by)


def write_place(row: PlacementDecision, facts: PlacementFacts, today: date) -> None:
    """Where the child is placed, and on what it rests. Raises Refused."""
    rules.check_basis(facts.place_kind, facts.basis, facts.applied_on, today)
    rules.check_days(facts.effective_on, facts.review_on, facts.applied_on)
    row.place_kind, row.place, row.place_withheld = facts.place_kind, facts.place, facts.place_withheld
    row.basis, row.applied_on = facts.basis, facts.applied_on
    row.school, row.medical = facts.school or None, facts.medical or None


def write_measure(row: PlacementDecision, facts: MeasureFacts, review_on: date | None) -> None:
    """How the child was heard, whom it goes against, why, and when it is reviewed. Raises Refused."""
    row.hearing = rules.check_hearing(facts.hearing, row.case, row)
    rules.check_council(facts.opposed, facts.item, row.case)
    rules.check_conference(row, facts.item)
    row.item, row.review_on = facts.item, review_on
    row.reason, row.told_reason = facts.reason, facts.told_reason
    row.opposed = sorted(facts.opposed) or None


def lock_case(rows: QuerySet[PlacementDecision]) -> PlacementDecision:
    """The case is locked before it is looked at: two measures that are decided at once see each other."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _begins(row: PlacementDecision, by: Position) -> None:
    """By the court's approval its term runs from the first day (児童福祉法28条2項). The child's place of stay follows once the
    child has come there."""
    leave_review(row, by)
    if value_of(row.basis) is Basis.COURT:
        until = rules.check_court(court_of(row.case), value_of(row.place_kind), row.effective_on)
        runs_term(row, until, by)


def _renews(row: PlacementDecision, by: Position) -> None:
    """The term before is kept, and the next runs from its end."""
    now, term = clock.now(), term_of(row.case)
    until = rules.check_renewal(row, court_of(row.case), now)
    if term is not None:
        clocks.meet(term, at=now, by=by)
    runs_term(row, until, by)
    leave_review(row, by)


def runs_term(row: PlacementDecision, until: date, by: Position) -> None:
    """The court's term runs from the first day of a decision."""
    began = rules.begin_of(row.effective_on)
    clocks.start(row.case, ClockKind.PLACEMENT_TERM, started_at=began, due_at=end_of(until), by=by)


@transaction.atomic
def record_arrival(case: Case, *, arrived_at: datetime, by: Position, words: str = "") -> PlacementArrival:
    """Write when the child came to where a decision has it stay: the institution or the foster parents, or elsewhere after a
    suspension or an end that was decided before its day. Its place of stay follows. Raises Refused."""
    locked(Case.objects.filter(pk=case.pk))
    decision = rules.check_may_arrive(case, by)
    now = clock.now()
    rules.check_arrived(decision, arrived_at, now)
    row = PlacementArrival(
        case=case, decision=decision, arrived_at=arrived_at, recorded_by=by, recorded_at=now
    )
    row.words = words or None
    row.save(force_insert=True)
    moves_child(decision)
    if decision.kind == DecisionKind.END:
        end_owed(case, by)
    else:
        leave_visit(case, row.pk, arrived_at, by)
    return row


def moves_child(row: PlacementDecision) -> None:
    """The child's place of stay follows a decision, unless the child is in temporary custody, and stays there."""
    where = standing(row.case).where if row.kind == DecisionKind.RESUME else row
    if where is None or lasting(row.case) is not None:
        return
    kind = value_of(where.place_kind)
    child_stays(where, STAY[kind] if kind else value_of(where.stay_after))


def panels_of(row: PlacementDecision) -> tuple[str, ...]:
    """What the access log calls a decision that was shown."""
    return ("placement", "withheld_place") if value_of(row.place_withheld) else ("placement", "around")


def shown_of(row: PlacementDecision, _by: Position) -> dict[str, Any]:
    """What the page of a decision shows: with what it rests on, while it waits."""
    now, kind = clock.now(), value_of(row.place_kind)
    rests_on_consent = row.kind in PLACES and value_of(row.basis) is Basis.CONSENT
    waits = row.decided_at is None and row.taken_back_at is None
    return {
        "d": row,
        "wills": wills_on(row.case, kind, now) if rests_on_consent and waits else None,
        "court": court_of(row.case) if value_of(row.basis) is Basis.COURT else None,
    }


def declared(
    kind: DecisionKind,
    form_url: str,
    effect: Callable[[PlacementDecision, Position], None],
    *,
    does: str | Promise,
    stays: str | Promise,
    still_holds: Callable[[PlacementDecision, Position, datetime], None] = rules.check_still_holds,
    presses: bool = False,
) -> Decision[PlacementDecision]:
    """One kind of decision on a placement: what its approval does, and what stays of it."""
    whom = _(
        "The person who drafted it is told. The office notifies those with parental authority and the institution itself."
    )
    return Decision(
        act=ACTS[kind],
        model=PlacementDecision,
        of_kind={"kind": kind.value},
        check_may_draft=lambda case, by, now: rules.check_may_draft_act(case, kind, by, now),
        content=PlacementDecision.CONTENT,
        form_url=form_url,
        template="cases/placement/decided.html",
        context=shown_of,
        panels=panels_of,
        related=("hearing__recorded_by__staff", "item__entry__sitting", "start"),
        consequences=Consequences(does, whom, stays),
        lock=lock_case,
        still_holds=still_holds,
        effect=effect,
        presses=presses,
    )


START = declared(
    DecisionKind.START,
    "placement_new",
    _begins,
    does=_(
        "The child is to be placed from the day that the draft names. Temporary custody goes on until its end is decided."
    ),
    stays=_("The placement stays on record. It ends by a decision of its own."),
)
RENEW = declared(
    DecisionKind.RENEW,
    "placement_renew",
    _renews,
    does=_("The placement goes on from the end of the present term, until the day that the court approved."),
    stays=_("The time limit runs anew from the end of the term."),
    presses=True,
)
