"""Custody of a case, and what waits for a decider."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils.timezone import localdate

from agencies.staff.models import Position
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.clocks.rules import last_day
from cases.custody.codes import DecisionKind, Mark
from cases.custody.models import (
    LASTS,
    ChildHearing,
    ConsentAnswer,
    CustodyDecision,
    ExpectedEnd,
    HearingAnswer,
    Unasked,
)
from cases.decisions.queries import PEOPLE
from cases.duties.models import Duty
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import on_cases_of
from face.reading import asked_once
from face.together import read_together
from security.encryption.fields import value_of, words_of
from security.walls import clock

NEAR = timedelta(days=30)
"""How long before its term is over custody is listed with that day; an office may only be told earlier."""


@asked_once
def decisions_of(case: Case) -> list[CustodyDecision]:
    """All decisions of the case, latest first."""
    rows = list(decision_rows(case))
    for row in rows:
        row.case = case
    return rows


@asked_once
def decision_rows(case: Case) -> models.QuerySet[CustodyDecision]:
    """The same rows, perhaps not read yet."""
    return CustodyDecision.objects.filter(case=case).select_related(*PEOPLE, "replaced_by")


@asked_once
def unasked_rows(case: Case) -> models.QuerySet[Unasked]:
    """What was decided before custody on who is not asked, in its order; perhaps not read yet."""
    return Unasked.objects.filter(case=case).select_related(
        "person", "recorded_by__staff", "recorded_by__office"
    )


def unasked_of(case: Case) -> list[Unasked]:
    """Those who are not asked, by the latest row of each person."""
    latest = {row.person_id: row for row in unasked_rows(case)}
    rows = [row for row in latest.values() if row.person.removed_at is None]
    for row in rows:
        row.case = row.person.case = case
    return [row for row in rows if value_of(row.mark) is not Mark.ASKED]


def in_force(case: Case) -> CustodyDecision | None:
    """The approved start whose custody has not been ended."""
    return next((row for row in decisions_of(case) if row.is_in_force), None)


def lasting(case: Case) -> CustodyDecision | None:
    """The start of the custody that lasts: in force, or decided orally and waiting to be confirmed."""
    return next((row for row in decisions_of(case) if row.lasts), None)


def timed(case: Case, since: datetime) -> CustodyDecision | None:
    """The start that a time limit of the warrant is about which runs since that moment: the custody that lasts, else the one that
    began then: an oral one that was returned, or one that was ended too late."""
    began = (
        row for row in decisions_of(case) if row.kind == DecisionKind.START and row.effective_at == since
    )
    return lasting(case) or next(began, None)


@dataclass(frozen=True)
class Beside:
    """Another custody of the same child, and the number of its case where the acting position reads that case."""

    started_at: datetime
    ended_at: datetime | None
    number: str | None


def custody_beside(case: Case, since: datetime, *, besides: UUID | None = None) -> Beside | None:
    """The custody of this child, in whatever case, that lasts at ``since`` or begins later; not the start ``besides``.

    None, too, for who does not write on the case.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.custody_beside(%s, %s, %s)", [case.pk, besides, since])
        found = cursor.fetchone()
    return Beside(*found) if found else None


def answers_of(case: Case) -> list[ConsentAnswer]:
    """What persons with parental authority said after custody had begun, in order."""
    return _after_decisions(case)[0]


def is_requested(start: CustodyDecision) -> bool:
    """Whether a warrant was requested for this custody."""
    return start.pk in _after_decisions(start.case)[1]


def hearings_of(case: Case) -> dict[UUID, tuple[ChildHearing, list[HearingAnswer]]]:
    """How the child was heard and answered, by decision."""
    _answers, _requested, hearings, told = _after_decisions(case)
    return {one.decision_id: (one, [row for row in told if row.hearing_id == one.pk]) for one in hearings}


@asked_once
def _after_decisions(
    case: Case,
) -> tuple[list[ConsentAnswer], set[UUID], list[ChildHearing], list[HearingAnswer]]:
    if not decisions_of(case):
        return [], set(), [], []
    people = ("recorded_by__staff", "recorded_by__office")
    answers = ConsentAnswer.objects.filter(case=case).select_related(*people, "person")
    requested = CustodyDecision.objects.filter(case=case, warrants__isnull=False).distinct()
    hearings = ChildHearing.objects.filter(case=case).select_related(*people)
    told = HearingAnswer.objects.filter(case=case).select_related(*people)
    read_together(answers, requested, hearings, told)
    return list(answers), {row.pk for row in requested}, list(hearings), list(told)


def opinions_to_hear(by: Position) -> models.QuerySet[CustodyDecision]:
    """Decisions in effect after which the child is still to be heard (児童福祉法33条の3の3), the oldest first.

    Not those whose hearing somebody owes as a duty, which is listed with its moment.
    """
    in_effect = models.Q(approved=True) | models.Q(approved=None, is_oral=True)
    unheard = CustodyDecision.objects.filter(in_effect, opinion__isnull=True, ended_at=None)
    owed = Duty.objects.filter(case=models.OuterRef("case"), cause=models.OuterRef("pk"), done_at=None)
    held = unheard.filter(~models.Exists(owed), on_cases_of(by, Level.EDIT))
    return held.select_related("case").order_by("effective_at")


def in_custody(by: Position) -> models.QuerySet[CustodyDecision]:
    """Custody that lasts today on the cases this position reads, the longest first."""
    held = CustodyDecision.objects.filter(LASTS, on_cases_of(by, Level.VIEW), effective_at__lte=clock.now())
    return held.select_related("case").order_by("effective_at")


def reaching_two_months(by: Position) -> models.QuerySet[Any]:
    """Custody whose two months are over soon (児童福祉法33条12項), the first ones or those for which it was continued.

    On the cases this position writes on, the first first; ``term_due`` is that moment.
    """
    held = with_term(CustodyDecision.objects.filter(LASTS, on_cases_of(by, Level.EDIT)))
    soon = held.filter(term_due__lt=clock.now() + NEAR)
    return soon.select_related("case").order_by("term_due", "effective_at")


@asked_once
def expected_rows(case: Case) -> models.QuerySet[ExpectedEnd]:
    """The further days until which custody of a case was expected, in their order; perhaps not read yet."""
    return ExpectedEnd.objects.filter(case=case).select_related("recorded_by__staff", "recorded_by__office")


def expected_day(start: CustodyDecision, rows: Iterable[ExpectedEnd] | None = None) -> date | None:
    """Until when custody is expected: the latest day that was written for it, else that of its decision.

    ``rows``: the days of this and other custodies, where they are at hand.
    """
    changed = [
        row for row in (expected_rows(start.case) if rows is None else rows) if row.decision_id == start.pk
    ]
    until: date | None = value_of((changed[-1] if changed else start).expected_until)
    return until


def changes_of(starts: Iterable[CustodyDecision]) -> models.QuerySet[ExpectedEnd]:
    """The further expected days of a few custodies, perhaps not read yet."""
    return ExpectedEnd.objects.filter(decision__in=[row.pk for row in starts])


def expected_of(
    starts: Iterable[CustodyDecision], rows: models.QuerySet[ExpectedEnd]
) -> dict[UUID, date | None]:
    """The expected day of each of a few custodies, by their :func:`changes_of`. The keys of their cases are loaded."""
    found = {row.pk: row for row in starts}
    for row in rows:
        row.case = found[row.decision_id].case
    return {pk: expected_day(start, rows) for pk, start in found.items()}


def is_past_expected(start: CustodyDecision, until: date | None, term_due: datetime | None) -> bool:
    """Whether the day ``until`` which this custody was expected has passed; not of one that was continued
    (:func:`continued_until`), whose own term says until when. ``term_due``: the end of the term that runs."""
    return until is not None and until < clock.today() and continued_until(start, term_due) is None


def continued_until(start: CustodyDecision, term_due: datetime | None) -> date | None:
    """The last day of the term that runs, where it is one beyond the first two months (児童福祉法33条13項); None of custody in
    those, or that is over."""
    over = localdate(term_due) if term_due is not None and start.lasts else None
    return over if over is not None and over > last_day(localdate(start.effective_at)) else None


def with_term(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The rows, each with the moment until which its term lasts (``term_due``; None without one)."""
    terms = Clock.objects.running().filter(case=models.OuterRef("case"), kind=ClockKind.CUSTODY_END)
    told: models.QuerySet[Any] = rows.annotate(term_due=models.Subquery(terms.values("due_at")[:1]))
    return told


def places_withheld(cases: Collection[Case]) -> list[str]:
    """The places of custody, and those after it, that are on no paper."""
    rows = CustodyDecision.objects.filter(case__in=cases).filter(place_withheld__isnull=False)
    return [words_of(row.place) for row in rows if value_of(row.place_withheld)]
