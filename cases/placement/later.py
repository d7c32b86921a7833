"""Changing, suspending, resuming and ending a placement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks import actions as clocks
from cases.conferences.codes import Opposed
from cases.conferences.models import ConferenceItem
from cases.consents.rules import check_around
from cases.decisions.actions import Decision
from cases.placement import codes, later_rules, rules
from cases.placement.actions import (
    RELATED,
    PlacementFacts,
    lock_case,
    moves_child,
    panels_of,
    runs_term,
    shown_of,
    write_measure,
    write_place,
)
from cases.placement.codes import Basis, DecisionKind, EndTo, Explained, ToTell
from cases.placement.models import PlacementDecision, PlacementExplained, PlacementHearing
from cases.placement.queries import arrival_of, court_of, explained_rows, lies_ahead, standing, term_of
from cases.placement.seen import end_owed, leave_review, leave_told
from cases.records.actions import locked
from cases.records.codes import StayKind
from cases.records.models import Case, Person
from cases.records.rules import check_not_there
from face.consequences import Consequences
from security.encryption.fields import value_of
from security.walls import clock


@dataclass(frozen=True, kw_only=True)
class ResumeFacts:
    """What a draft says that lets a placement go on after a suspension."""

    effective_on: date
    reason: str
    told_reason: str
    hearing: PlacementHearing | None
    review_on: date | None = None
    opposed: Collection[Opposed] = ()
    item: ConferenceItem | None = None


@dataclass(frozen=True, kw_only=True)
class SuspensionFacts(ResumeFacts):
    """What a draft of a suspension says: where the child stays meanwhile, and until when."""

    stay_after: StayKind
    place: str = ""
    place_withheld: bool = False
    expected_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class EndFacts(ResumeFacts):
    """What a draft of an end says: to what it ends, what the guidance has come to, and who is told."""

    stay_after: StayKind
    end_to: EndTo
    guidance_effect: str
    home_trial: str = ""
    place: str = ""
    place_withheld: bool = False
    to_tell: Collection[ToTell] = ()


def _begin(
    kind: Decision[PlacementDecision], case: Case, facts: Any, by: Position, earlier: PlacementDecision | None
) -> PlacementDecision:
    now = clock.now()
    row = kind.begin(case, by, now, earlier)
    row.case, row.start, row.effective_on = case, standing(case).start, facts.effective_on
    later_rules.check_order(case, facts.effective_on, rules.day_of(now))
    if facts.review_on is not None:
        rules.check_review(facts.effective_on, facts.review_on)
    write_measure(row, facts)
    return row


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
    row.stay_after, row.place, row.place_withheld = (
        facts.stay_after,
        facts.place or None,
        facts.place_withheld,
    )
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
    row.stay_after, row.place, row.place_withheld = (
        facts.stay_after,
        facts.place or None,
        facts.place_withheld,
    )
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


def _still_holds(row: PlacementDecision, by: Position, now: datetime) -> None:
    rules.check_still_holds(row, by, now)
    later_rules.check_order(row.case, row.effective_on, rules.day_of(now))
    if row.kind == DecisionKind.END:
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


def _told(*sentences: str | Promise) -> Consequences:
    first, last = sentences
    whom = _(
        "The person who drafted it is told. The office notifies those with parental authority and the institution itself."
    )
    return Consequences(first, whom, last)


def _declared(kind: DecisionKind, act: Any, form_url: str, effect: Any, consequences: Consequences) -> Any:
    return Decision(
        act=act,
        model=PlacementDecision,
        of_kind={"kind": kind.value},
        check_may_draft=lambda case, by, now: later_rules.check_may_draft_later(case, kind, by, now),
        content=PlacementDecision.CONTENT,
        form_url=form_url,
        template="cases/placement/decided.html",
        context=shown_of,
        panels=panels_of,
        related=RELATED,
        consequences=consequences,
        lock=lock_case,
        still_holds=_still_holds,
        effect=effect,
    )


CHANGE: Decision[PlacementDecision] = _declared(
    DecisionKind.CHANGE,
    codes.PLACEMENT_CHANGE,
    "placement_change",
    _changes,
    _told(
        _(
            "The child is to be placed as the draft says. The placement goes on; it neither ends nor begins anew."
        ),
        _("The change stays on record. The child's place of stay follows once it has come there."),
    ),
)
SUSPEND: Decision[PlacementDecision] = _declared(
    DecisionKind.SUSPEND,
    codes.PLACEMENT_SUSPEND,
    "placement_suspend",
    _suspends,
    _told(
        _(
            "The placement is suspended. The child's place of stay follows the draft, unless the child is in custody."
        ),
        _("The suspension ends by a decision of its own, or with the placement."),
    ),
)
RESUME: Decision[PlacementDecision] = _declared(
    DecisionKind.RESUME,
    codes.PLACEMENT_RESUME,
    "placement_resume",
    _resumes,
    _told(
        _(
            "The placement goes on. The child's place of stay is again where it is placed, unless the child is in custody."
        ),
        _("The suspension stays on record."),
    ),
)
END: Decision[PlacementDecision] = _declared(
    DecisionKind.END,
    codes.PLACEMENT_END,
    "placement_end",
    _ends,
    _told(
        _("The placement ends, and with it the court's term. The child's place of stay follows the draft."),
        _("The end stays on record. Another placement needs a decision, a hearing and answers of its own."),
    ),
)
LATER: tuple[Any, ...] = (CHANGE, SUSPEND, RESUME, END)
