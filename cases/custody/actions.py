"""Drafting and deciding the start and the end of custody, hearing the child afterwards, and what consent changes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.consents.codes import Said
from cases.consents.rules import check_around, check_says_why
from cases.custody import codes, rules
from cases.custody import consent as said
from cases.custody.codes import STAY, Consent, DecisionKind, Ground, Heard, Place, Purpose
from cases.custody.deciding import OralDecideForm
from cases.custody.expected import owe_decision
from cases.custody.hearing import drop_hearing, leave_hearing
from cases.custody.models import ConsentAnswer, CustodyDecision
from cases.custody.unasked import become_answers, check_consent, check_draft_consent
from cases.decisions.actions import Decision
from cases.decisions.codes import State
from cases.decisions.forms import DecideForm
from cases.nights.actions import keep_for_night
from cases.records.actions import locked
from cases.records.codes import StayKind
from cases.records.models import Case, Person
from face.consequences import Consequences
from security.encryption.fields import value_of, words_of
from security.walls import clock


@dataclass(frozen=True)
class Opinion:
    """How the child was heard: ``heard`` before or after, the opinion, and why it is heard afterwards."""

    heard: Heard
    opinion: str = ""
    why: str = ""


@dataclass(frozen=True)
class StartFacts:
    """What a draft of a start says. ``said_by`` and ``said_at`` belong to an urgent oral decision."""

    effective_at: datetime
    grounds: tuple[Ground, ...]
    place_kind: Place
    place: str
    place_withheld: bool
    consent: Consent
    expected_until: date
    reason: str
    opinion: Opinion
    is_oral: bool = False
    said_by: str = ""
    said_at: datetime | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True)
class EndFacts:
    """What a draft of an end says: when, why, where the child stays then, and what the child says to it."""

    effective_at: datetime
    reason: str
    stay_after: StayKind
    place: str
    opinion: Opinion
    place_withheld: bool = False


@transaction.atomic
def draft_start(
    case: Case, facts: StartFacts, *, by: Position, earlier: CustodyDecision | None = None
) -> CustodyDecision:
    """Draft the start of custody. An urgent oral decision is in effect at once, and waits for its confirmation; it is recorded by
    the officer on duty, too.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again. Raises Refused.
    """
    now = clock.now()
    row = START.begin(case, by, now, earlier)
    rules.check_expected(facts.effective_at, facts.expected_until)
    if not facts.is_oral:
        rules.check_written(by)
        rules.check_not_begun(facts.effective_at, now)
    else:
        rules.check_becomes_oral(row._state.adding)
        said_at = rules.check_oral(facts.effective_at, facts.said_by, facts.said_at, now)
        row.is_oral, row.confirm_by = True, rules.confirm_by(said_at)
        row.oral_by, row.oral_at = facts.said_by, said_at
    _write(row, facts)
    row.grounds, row.purpose = sorted(facts.grounds), facts.purpose
    row.place_kind, row.consent = facts.place_kind, facts.consent
    row.expected_until = facts.expected_until
    check_consent(case, facts.consent, facts.effective_at)
    rules.check_apart(row)
    START.submit(row, by)
    if row.is_oral:
        _take_effect(row, by)
        keep_for_night(case, by=by)
    return row


@transaction.atomic
def draft_end(
    case: Case, facts: EndFacts, *, by: Position, earlier: CustodyDecision | None = None
) -> CustodyDecision:
    """Draft the end of the custody that lasts, as :func:`draft_start`. Raises Refused."""
    row = END.begin(case, by, clock.now(), earlier)
    start = rules.check_lasts(case)
    rules.check_ends_after_start(start, facts.effective_at)
    rules.check_ends_after_moves(start, facts.effective_at)
    rules.check_ends_in_term(facts.effective_at, running_of(case, ClockKind.CUSTODY_END), clock.now())
    _write(row, facts)
    row.start, row.stay_after = start, facts.stay_after
    return END.submit(row, by)


def _write(row: CustodyDecision, facts: StartFacts | EndFacts) -> None:
    opinion = facts.opinion
    rules.check_heard(opinion.heard, opinion.opinion, opinion.why)
    row.effective_at, row.reason = facts.effective_at, facts.reason
    row.place, row.place_withheld = facts.place, facts.place_withheld
    row.heard, row.opinion = opinion.heard, opinion.opinion or None
    row.heard_why = opinion.why or None if opinion.heard == Heard.AFTER else None


def _locked(rows: QuerySet[CustodyDecision]) -> CustodyDecision:
    """The case is locked first, as by whoever records a ruling, an answer or a correction of it: each sees what the other did."""
    case = locked(Case.objects.filter(pk__in=rows.values("case_id")))
    row = locked(rows)
    row.case = case
    return row


def _approve_start(row: CustodyDecision, by: Position) -> None:
    if not row.is_oral:  # else it took effect when it was recorded
        _take_effect(row, by)


def _not_approved(row: CustodyDecision, by: Position, *, began: bool = True) -> None:
    """``began`` False, with an oral decision that is returned: custody never began, and its time limit ends. Otherwise the limit
    keeps running, since the child may be in custody. Where custody was ended before, the end has settled the limit."""
    drop_hearing(row, by)
    if not row.is_oral or row.ended_at is not None:
        return
    _end_limit(row.case, by, ClockKind.CUSTODY_END)  # nothing that could be continued was decided
    if not began:
        _end_limit(row.case, by)


def _take_effect(row: CustodyDecision, by: Position) -> None:
    if rules.needs_warrant(value_of(row.consent), row.case.office):
        clocks.start(row.case, ClockKind.WARRANT, started_at=row.effective_at, by=by)
    clocks.start(row.case, ClockKind.CUSTODY_END, started_at=row.effective_at, by=by)
    become_answers(row, by)
    leave_hearing(row)
    owe_decision(row.case, value_of(row.expected_until), cause=row.pk, by=by)
    place = value_of(row.place_kind)
    child_stays(row, STAY[place] if place else None)


def _check_start_holds(row: CustodyDecision, by: Position, now: datetime) -> None:
    rules.check_start_holds(row, by, now)
    check_draft_consent(row)


def _check_end_holds(row: CustodyDecision, by: Position, now: datetime) -> None:
    rules.check_end_holds(row, by, now)
    rules.check_ends_in_term(row.effective_at, running_of(row.case, ClockKind.CUSTODY_END), now)


def _end(row: CustodyDecision, by: Position) -> None:
    start = locked(CustodyDecision.objects.filter(ends=row.pk))
    start.ended_at = row.effective_at
    start.save(update_fields=["ended_at"])
    limit = running_of(row.case, ClockKind.WARRANT)
    if limit is not None and row.effective_at <= limit.due_at:
        clocks.end(limit, by=by)  # over within seven days needs no warrant (児童福祉法33条3項)
    _released(row, by)
    if (term := running_of(row.case, ClockKind.CUSTODY_END)) is not None:
        clocks.meet(term, at=min(row.effective_at, clock.now()), by=by)
    leave_hearing(row)
    child_stays(row, value_of(row.stay_after))


def _released(row: CustodyDecision, by: Position) -> None:
    """Where the judge rejected the warrant, the decision to end custody meets the limit of the reversal (児童福祉法33条7項): at
    the moment from which it ends it, or now where that lies ahead."""
    review = running_of(row.case, ClockKind.WARRANT_REVIEW)
    if review is not None:
        clocks.meet(review, at=min(max(row.effective_at, review.started_at), clock.now()), by=by)


def _end_limit(case: Case, by: Position, kind: ClockKind = ClockKind.WARRANT) -> None:
    limit = running_of(case, kind)
    if limit is not None:
        clocks.end(limit, by=by)


def child_stays(row: Any, kind: StayKind | None) -> None:
    """The child's place of stay follows the decision ``row``, of this room or a move within custody. A withheld place
    stays in the decision alone, so that nothing made from the case row can carry it out."""
    fresh = locked(Case.objects.filter(pk=row.case_id))
    fresh.place_of_stay = kind or StayKind.UNKNOWN
    fresh.place_detail = "" if value_of(row.place_withheld) else words_of(row.place)
    fresh.version += 1
    fresh.save(update_fields=["place_of_stay", "place_detail", "version"])


@transaction.atomic
def record_consent(
    row: CustodyDecision,
    *,
    consent: Said,
    answered_at: datetime,
    by: Position,
    person: Person | None = None,
    answered_by: str = "",
    note: str = "",
    **more: Any,
) -> ConsentAnswer:
    """Record what one person with parental authority says now, or why there is no answer (``more``: ``ConsentAnswer.MORE``). The
    time limit of the warrant follows from what all of them say together (児童福祉法33条3項).

    Consent of all ends it; without that, within the seven days, it runs from the start of custody. After them it starts
    nothing, unless the office has that rule: whether custody goes on is then to be decided. Nothing starts where the
    warrant was requested. Raises Refused.
    """
    locked(
        Case.objects.filter(pk=row.case_id)
    )  # first, as by whoever decides that custody goes on: neither waits for both
    fresh = locked(CustodyDecision.objects.filter(pk=row.pk))
    now = clock.now()
    rules.check_may_record_consent(fresh, answered_at, by, now)
    check_says_why(consent, more)
    if person is not None:
        check_around(fresh.case, person)
        said.check_can_withdraw(fresh, person, consent, answered_at)
    elif consent is Said.NOBODY:
        said.check_nobody(fresh, answered_at)
    answer = ConsentAnswer(case=fresh.case, decision=fresh, person=person, recorded_by=by, recorded_at=now)
    answer.consent, answer.answered_at = consent, answered_at
    answer.answered_by, answer.note = answered_by, note
    for name in ConsentAnswer.MORE:
        setattr(answer, name, more.get(name) or None)
    answer.save(force_insert=True)
    _limit_follows(fresh, said.together(fresh, now), by)
    return answer


def _limit_follows(row: CustodyDecision, together: said.Together, by: Position) -> None:
    if together.needed is None:
        _end_limit(row.case, by)
    elif not row.warrants.exists() and not together.is_late:
        clocks.start(row.case, ClockKind.WARRANT, started_at=row.effective_at, by=by)


def follow_consent(row: CustodyDecision, *, by: Position) -> None:
    """Where the beginning of custody was corrected, an answer that came after the seven days may have come within them: the limit
    of the warrant then runs from the corrected beginning (児童福祉法33条3項). None ends by it."""
    together = said.together(row, clock.now())
    if together.needed is not None:
        _limit_follows(row, together, by)


_CONTENT = ("effective_at", "reason", "place", "place_withheld", "heard", "opinion", "heard_why")


def _panels(row: CustodyDecision) -> tuple[str, ...]:
    return ("custody", "withheld_place") if value_of(row.place_withheld) else ("custody",)


def _decided(row: CustodyDecision, _by: Position) -> dict[str, Any]:
    now = clock.now()
    late = row.kind == DecisionKind.START and not row.is_oral and rules.lies_back(row.effective_at, now)
    waits = row.state_at(now) is State.WAITING
    return {"d": row, "lies_back": late and waits, "ended_unconfirmed": waits and row.ended_at is not None}


START = Decision(
    act=codes.CUSTODY_START,
    model=CustodyDecision,
    of_kind={"kind": DecisionKind.START.value},
    check_may_draft=rules.check_may_draft_start,
    check_change=rules.check_not_oral,
    content=(*_CONTENT, "purpose", "grounds", "place_kind", "consent", "expected_until"),
    form_url="custody_start",
    template="cases/custody/decided.html",
    context=_decided,
    panels=_panels,
    consequences=Consequences(
        _(
            "The custody is decided from the moment that the draft names. The child's place of stay follows it."
        ),
        _("The person who drafted it is told. The office tells the child and the custodians itself."),
        _("The decision stays on record. It is ended by a decision of its own, never deleted."),
    ),
    # What was ended has begun.
    form=lambda row: OralDecideForm if row.is_oral and row.ended_at is None else DecideForm,
    lock=_locked,
    still_holds=_check_start_holds,
    effect=_approve_start,
    not_approved=_not_approved,
    presses=True,
)
END = Decision(
    act=codes.CUSTODY_END,
    model=CustodyDecision,
    of_kind={"kind": DecisionKind.END.value},
    check_may_draft=rules.check_may_draft_end,
    content=(*_CONTENT, "start", "stay_after"),
    form_url="custody_end",
    template="cases/custody/decided.html",
    context=_decided,
    panels=_panels,
    consequences=Consequences(
        _("The custody ends at the moment that the draft names. The child's place of stay follows it."),
        _("The person who drafted it is told. The office tells the child and the custodians itself."),
        _("The end stays on record. Another custody needs a decision of its own."),
    ),
    related=("start",),
    lock=_locked,
    still_holds=_check_end_holds,
    effect=_end,
    presses=True,
)
