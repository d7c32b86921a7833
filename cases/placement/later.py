"""Changing, suspending, resuming and ending a placement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks import actions as clocks
from cases.consents.rules import check_around
from cases.decisions.actions import Decision
from cases.placement import later_rules, rules
from cases.placement.actions import (
    MeasureFacts,
    PlacementFacts,
    declared,
    moves_child,
    runs_term,
    write_measure,
    write_place,
)
from cases.placement.codes import Basis, DecisionKind, EndTo, Explained, ToTell
from cases.placement.models import PlacementDecision, PlacementExplained
from cases.placement.queries import arrival_of, court_of, explained_rows, lies_ahead, standing, term_of
from cases.placement.seen import end_owed, leave_review, leave_told
from cases.records.actions import locked
from cases.records.codes import StayKind
from cases.records.models import Case, Person
from cases.records.rules import check_not_there
from security.encryption.fields import value_of
from security.walls import clock


@dataclass(frozen=True, kw_only=True)
class ResumeFacts(MeasureFacts):
    """What a draft says that lets a placement go on after a suspension."""

    effective_on: date
    review_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ElsewhereFacts(ResumeFacts):
    """What the drafts say after which the child is not where it was placed: where it stays."""

    stay_after: StayKind
    place: str = ""
    place_withheld: bool = False


@dataclass(frozen=True, kw_only=True)
class SuspensionFacts(ElsewhereFacts):
    """What a draft of a suspension says: until when."""

    expected_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class EndFacts(ElsewhereFacts):
    """What a draft of an end says: to what it ends, what the guidance has come to, and who is told."""

    end_to: EndTo
    guidance_effect: str
    home_trial: str = ""
    to_tell: Collection[ToTell] = ()


def _begin(
    kind: Decision[PlacementDecision],
    case: Case,
    facts: PlacementFacts | ResumeFacts,
    by: Position,
    earlier: PlacementDecision | None,
) -> PlacementDecision:
    now = clock.now()
    row = kind.begin(case, by, now, earlier)
    row.case, row.start, row.effective_on = case, standing(case).start, facts.effective_on
    rules.check_order(case, facts.effective_on, rules.day_of(now))
    if facts.review_on is not None:
        rules.check_review(facts.effective_on, facts.review_on)
    write_measure(row, facts, facts.review_on)
    return row


def _stays(row: PlacementDecision, facts: ElsewhereFacts) -> None:
    row.stay_after, row.place = facts.stay_after, facts.place or None
    row.place_withheld = facts.place_withheld


@transaction.atomic
def draft_change(
    case: Case, facts: PlacementFacts, *, by: Position, earlier: PlacementDecision | None = None
) -> PlacementDecision:
    """Draft that the child is placed elsewhere, or on another ground: no end and no new start. Raises Refused."""
    now = clock.now()
    row = _begin(CHANGE, case, facts, by, earlier)
    write_place(row, facts, rules.day_of(now))
    later_rules.check_other(case, row)
    rules.check_rests(row, now, approves=False)
    return CHANGE.submit(row, by)


@transaction.atomic
def draft_suspension(
    case: Case, facts: SuspensionFacts, *, by: Position, earlier: PlacementDecision | None = None
) -> PlacementDecision:
    """Draft that a placement is suspended, while the child is elsewhere. Raises Refused."""
    later_rules.check_suspended(facts.effective_on, facts.expected_until)
    row = _begin(SUSPEND, case, facts, by, earlier)
    _stays(row, facts)
    row.expected_until = facts.expected_until
    return SUSPEND.submit(row, by)


@transaction.atomic
def draft_resumption(
    case: Case, facts: ResumeFacts, *, by: Position, earlier: PlacementDecision | None = None
) -> PlacementDecision:
    """Draft that a suspended placement goes on. Raises Refused."""
    return RESUME.submit(_begin(RESUME, case, facts, by, earlier), by)


@transaction.atomic
def draft_end(
    case: Case, facts: EndFacts, *, by: Position, earlier: PlacementDecision | None = None
) -> PlacementDecision:
    """Draft that a placement ends, once each person with parental authority was told why and heard (児童福祉法33条の4). Raises
    Refused."""
    later_rules.check_ends(facts.end_to, facts.guidance_effect, facts.home_trial)
    row = _begin(END, case, facts, by, earlier)
    later_rules.check_ends_in_term(case, facts.effective_on, clock.now())
    later_rules.check_explained(case, clock.now())
    _stays(row, facts)
    row.end_to, row.guidance_effect = facts.end_to, facts.guidance_effect
    row.home_trial, row.to_tell = facts.home_trial or None, sorted(facts.to_tell) or None
    return END.submit(row, by)


@transaction.atomic
def record_explained(
    case: Case, person: Person, *, way: Explained, explained_at: datetime, words: str, by: Position
) -> PlacementExplained:
    """Write how a person was told why the placement is to end, and what the person said to it. Raises Refused."""
    now = clock.now()
    later_rules.check_may_explain(case, by)
    locked(Case.objects.filter(pk=case.pk))
    check_around(case, person)
    later_rules.check_said(explained_at, now)
    row = PlacementExplained(case=case, person=person, recorded_by=by, recorded_at=now)
    row.way, row.explained_at, row.words = way, explained_at, words
    check_not_there(row, explained_rows(case).filter(person=person), PlacementExplained.FACTS)
    row.save(force_insert=True)
    return row


def _end_holds(row: PlacementDecision, by: Position, now: datetime) -> None:
    rules.check_still_holds(row, by, now)
    later_rules.check_ends_in_term(row.case, row.effective_on, now)
    later_rules.check_explained(row.case, now)


def _changes(row: PlacementDecision, by: Position) -> None:
    """The court's term goes on where the change rests on it, and begins where it did not before; where the change rests on the
    consent of all, there is no term any more (児童福祉法28条2項)."""
    leave_review(row, by)
    term, by_court = term_of(row.case), value_of(row.basis) is Basis.COURT
    if term is not None and not by_court:
        clocks.meet(term, at=clock.now(), by=by)
    if term is None and by_court:
        until = rules.check_court(court_of(row.case), value_of(row.place_kind), row.effective_on)
        runs_term(row, until, by)


def _suspends(row: PlacementDecision, by: Position) -> None:
    """Decided before its day, it moves the child once it is written that the child came."""
    leave_review(row, by)
    if not lies_ahead(row):
        moves_child(row)


def _resumes(row: PlacementDecision, by: Position) -> None:
    """The same; nor does it lead to a place to which the child never came."""
    leave_review(row, by)
    where = standing(row.case).where
    if where is not None and arrival_of(where) is not None and not lies_ahead(row):
        moves_child(row)


def _ends(row: PlacementDecision, by: Position) -> None:
    """The same: until then the child is placed, and to be seen there."""
    term = term_of(row.case)
    if term is not None:
        clocks.meet(term, at=clock.now(), by=by)
    leave_told(row)
    if not lies_ahead(row):
        end_owed(row.case, by)
        moves_child(row)


CHANGE = declared(
    DecisionKind.CHANGE,
    "placement_change",
    _changes,
    does=_(
        "The child is to be placed as the draft says. The placement goes on; it neither ends nor begins anew."
    ),
    stays=_("The change stays on record. The child's place of stay follows once it has come there."),
)
SUSPEND = declared(
    DecisionKind.SUSPEND,
    "placement_suspend",
    _suspends,
    does=_(
        "The placement is suspended. The child's place of stay follows the draft, unless the child is in custody."
    ),
    stays=_("The suspension ends by a decision of its own, or with the placement."),
)
RESUME = declared(
    DecisionKind.RESUME,
    "placement_resume",
    _resumes,
    does=_(
        "The placement goes on. The child's place of stay is again where it is placed, unless the child is in custody."
    ),
    stays=_("The suspension stays on record."),
)
END = declared(
    DecisionKind.END,
    "placement_end",
    _ends,
    does=_("The placement ends, and with it the court's term. The child's place of stay follows the draft."),
    stays=_("The end stays on record. Another placement needs a decision, a hearing and answers of its own."),
    still_holds=_end_holds,
)
LATER: tuple[Any, ...] = (CHANGE, SUSPEND, RESUME, END)
