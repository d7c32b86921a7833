"""Continuing custody, and writing down what each person says to it and what the family court does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.clocks.rules import JAPAN, end_of
from cases.consents.codes import How
from cases.continuing import codes, rules, terms
from cases.continuing.codes import CourtStep, Stand
from cases.continuing.models import Continuing, TermCourt, TermStand
from cases.continuing.queries import stand_rows, term_of
from cases.decisions.actions import Decision
from cases.records.actions import locked
from cases.records.models import Case, Person
from cases.records.rules import check_not_there
from face.consequences import Consequences
from security.walls import clock

T = TypeVar("T", TermStand, TermCourt)


@dataclass(frozen=True, kw_only=True)
class ContinuingFacts:
    """What a draft says: until when, why, and what the child says to it, or why it was not heard."""

    until_on: date
    reason: str
    opinion: str = ""
    not_heard_why: str = ""


@transaction.atomic
def draft_continuing(
    case: Case, facts: ContinuingFacts, *, by: Position, earlier: Continuing | None = None
) -> Continuing:
    """Draft that custody is continued from the end of its term. The director or a delegate decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    now = clock.now()
    row = CONTINUE.begin(case, by, now, earlier)
    row.case, row.start = case, rules.check_has_term(case)
    term = terms.next_term(case, now)
    if term is not None:
        rules.check_until(facts.until_on, term)
        rules.check_each_asked(term)
        row.starts_at = term.at
    rules.check_heard(facts.opinion, facts.not_heard_why)
    row.until_on, row.reason = facts.until_on, facts.reason
    row.opinion, row.not_heard_why = facts.opinion or None, facts.not_heard_why or None
    return CONTINUE.submit(row, by)


def _locked(rows: QuerySet[Continuing]) -> Continuing:
    """The case is locked before it is looked at: an end and a continuing that are decided at once see each other."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _continues(row: Continuing, by: Position) -> None:
    """The term before is kept, and the next runs from its end: until the day decided, or until which the court approved."""
    now, limit = clock.now(), term_of(row.case)
    term = terms.next_term(row.case, now)
    if limit is None or term is None:
        return
    clocks.meet(limit, at=now, by=by)
    until = min(row.until_on, term.approved_until or row.until_on)
    clocks.start(row.case, ClockKind.CUSTODY_END, started_at=row.starts_at, due_at=end_of(until), by=by)


def _written_last(rows: Iterable[T]) -> list[T]:
    """Only what is sent twice in a row is the same: a petition that is over, a request withdrawn, can be made anew that day."""
    return sorted(rows, key=lambda row: row.recorded_at)[-1:]


@transaction.atomic
def record_stand(
    case: Case,
    person: Person,
    *,
    term_at: datetime,
    stand: Stand,
    said_at: datetime,
    words: str,
    by: Position,
    how: How | None = None,
) -> TermStand:
    """Write what a person says to continuing custody, or why there is no answer. Raises Refused."""
    now = clock.now()
    rules.check_may_record(case, by)
    locked(Case.objects.filter(pk=case.pk))  # of two who send the same at once the second sees the first
    rules.check_term(case, term_at, now)
    rules.check_person(person, case)
    rules.check_said(said_at, now)
    row = TermStand(case=case, start=rules.check_has_term(case), term_at=term_at, person=person)
    row.recorded_by, row.recorded_at = by, now
    row.stand, row.said_at, row.how, row.words = stand, said_at, how, words
    before = stand_rows(case).filter(person=person, term_at=term_at)
    check_not_there(row, _written_last(before), TermStand.FACTS)
    row.save(force_insert=True)
    return row


@transaction.atomic
def record_court(
    case: Case,
    *,
    term_at: datetime,
    step: CourtStep,
    step_on: date,
    court: str,
    by: Position,
    reference: str = "",
    approved_until: date | None = None,
    words: str = "",
) -> TermCourt:
    """Write a step at the family court. An approval that ends before the term does lets the term end then. Raises Refused."""
    now = clock.now()
    rules.check_may_record(case, by)
    locked(Case.objects.filter(pk=case.pk))
    rules.check_term(case, term_at, now)
    start = rules.check_has_term(case)
    today = now.astimezone(JAPAN).date()
    earlier = rules.steps_of(case, start)
    rules.check_step(step, step_on, approved_until, earlier=earlier, at=term_at, today=today)
    row = TermCourt(case=case, start=start, term_at=term_at, recorded_by=by, recorded_at=now)
    row.step, row.step_on, row.court = step, step_on, court
    row.reference, row.approved_until, row.words = reference or None, approved_until, words or None
    before = _written_last(one for one in earlier if one.term_at == term_at)
    check_not_there(row, before, TermCourt.FACTS)
    row.save(force_insert=True)
    limit = term_of(case)
    if approved_until is not None and limit is not None and limit.started_at == term_at:
        due = end_of(approved_until)
        if due < limit.due_at:
            clocks.start(case, ClockKind.CUSTODY_END, started_at=term_at, due_at=due, by=by)
    return row


def _shown(row: Continuing, _by: Position) -> dict[str, Any]:
    return {"d": row, "term": terms.term_at(row.case, row.start_id, row.starts_at, clock.now())}


CONTINUE = Decision(
    act=codes.CUSTODY_CONTINUE,
    model=Continuing,
    check_may_draft=rules.check_may_draft_continuing,
    content=Continuing.CONTENT,
    form_url="continuing_new",
    template="cases/continuing/decided.html",
    context=_shown,
    panels=lambda _row: ("continuing", "around"),
    related=("start",),
    consequences=Consequences(
        _("Custody goes on from the end of the present term until the day that the draft names."),
        _("The person who drafted it is told. The office tells the child and the custodians itself."),
        _(
            "The time limit runs anew from the end of the term. Another continuing needs a decision of its own."
        ),
    ),
    lock=_locked,
    still_holds=rules.check_still_holds,
    effect=_continues,
    presses=True,
)
