"""Drafting and deciding the start and the end of custody, hearing the child afterwards, requesting the warrant."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from agencies.notices.actions import tell
from agencies.notices.kinds import NoticeKind
from agencies.staff.models import Position
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.custody import rules
from cases.custody.codes import ACTS, STAY, DecisionKind, Heard, Place
from cases.custody.models import ConsentAnswer, CustodyDecision, WarrantRequest
from cases.custody.queries import in_force
from cases.records.actions import locked
from cases.records.models import Case
from cases.records.queries import deciders_of
from security.encryption.fields import reveal
from security.walls import clock


@dataclass(frozen=True)
class Opinion:
    """How the child was heard: ``heard`` before or after, the opinion, and why it is heard afterwards."""

    heard: str
    opinion: str = ""
    why: str = ""


@dataclass(frozen=True)
class StartFacts:
    """What a draft of a start says. ``said_by`` and ``said_at`` belong to an urgent oral decision."""

    effective_at: datetime
    grounds: tuple[str, ...]
    place_kind: str
    place: str
    place_withheld: bool
    consent: str
    expected_until: date
    reason: str
    opinion: Opinion
    is_oral: bool = False
    said_by: str = ""
    said_at: datetime | None = None


@dataclass(frozen=True)
class EndFacts:
    """What a draft of an end says: when, why, where the child stays then, and what the child says to it."""

    effective_at: datetime
    reason: str
    stay_after: str
    place: str
    opinion: Opinion
    place_withheld: bool = False


@transaction.atomic
def draft_start(
    case: Case, facts: StartFacts, *, by: Position, replaces: CustodyDecision | None = None
) -> CustodyDecision:
    """Draft the start of custody. An urgent oral decision is in effect at once, and waits for its confirmation.

    ``replaces``: a returned draft that this one takes the place of. Raises Refused.
    """
    rules.check_may_draft_start(case, by)
    rules.check_expected(facts.effective_at, facts.expected_until)
    if not facts.is_oral:
        rules.check_not_begun(facts.effective_at)
    row = _draft(case, DecisionKind.START, facts, by, replaces)
    if facts.is_oral:
        rules.check_oral(facts.effective_at, facts.said_by, facts.said_at)
        assert facts.said_at is not None  # noqa: S101 - checked by the rule above; for the type checker
        row.is_oral, row.confirm_by = True, rules.confirm_by(facts.said_at)
        row.oral_by, row.oral_at = facts.said_by, facts.said_at.isoformat()
    row.grounds = json.dumps(sorted(facts.grounds))
    row.place_kind, row.place = facts.place_kind, facts.place
    row.place_withheld = "yes" if facts.place_withheld else ""
    row.consent, row.expected_until = facts.consent, facts.expected_until.isoformat()
    row.save(force_insert=True)
    if row.is_oral:
        _take_effect(row, by)
    _tell_deciders(row, by)
    return row


@transaction.atomic
def draft_end(
    case: Case, facts: EndFacts, *, by: Position, replaces: CustodyDecision | None = None
) -> CustodyDecision:
    """Draft the end of the custody in force. Raises Refused."""
    rules.check_may_draft_end(case, by)
    start = in_force(case)
    assert start is not None  # noqa: S101 - checked by the rule above; for the type checker
    rules.check_ends_after_start(start, facts.effective_at)
    row = _draft(case, DecisionKind.END, facts, by, replaces)
    row.start = start
    row.stay_after, row.place = facts.stay_after, facts.place
    row.place_withheld = "yes" if facts.place_withheld else ""
    row.save(force_insert=True)
    _tell_deciders(row, by)
    return row


def _draft(
    case: Case, kind: str, facts: StartFacts | EndFacts, by: Position, replaces: CustodyDecision | None
) -> CustodyDecision:
    opinion = facts.opinion
    rules.check_heard(opinion.heard, opinion.opinion, opinion.why)
    if replaces is not None:
        rules.check_replaces(replaces, case, kind)
    row = CustodyDecision(case=case, kind=kind, effective_at=facts.effective_at, replaces=replaces)
    row.draft_as(by)
    row.reason, row.heard = facts.reason, opinion.heard
    row.opinion = opinion.opinion or None
    row.heard_why = opinion.why or None if opinion.heard == Heard.AFTER else None
    return row


def _tell_deciders(row: CustodyDecision, by: Position) -> None:
    told = deciders_of(row.case, ACTS[row.kind], besides=by)
    tell(told, NoticeKind.DECISION_WAITING, row.case.number, decision_path(row), cause=str(row.pk))


def decision_path(row: CustodyDecision) -> str:
    """Where a decision is read and decided."""
    return f"/cases/{row.case_id}/custody/{row.pk}/"


@transaction.atomic
def decide(
    row: CustodyDecision, *, approved: bool, note: str, by: Position, began: bool = True
) -> CustodyDecision:
    """Decide a draft, or return it with a note.

    ``began`` False, with an oral decision that is returned: custody never began, and its time limit ends. Otherwise the limit
    goes on running, since the child may be in custody. Raises Refused.
    """
    fresh = locked(CustodyDecision.objects.filter(pk=row.pk))
    rules.check_may_decide_custody(fresh, by)
    if not approved:
        rules.check_return_has_note(note)
    fresh.decide_as(by, approved=approved)
    fresh.note = note or None
    fresh.save(update_fields=[*fresh.SIGNED, "note"])
    if approved and fresh.kind == DecisionKind.END:
        _end(fresh, by)
    elif approved and not fresh.is_oral:
        _take_effect(fresh, by)
    elif not approved and fresh.is_oral and not began:
        _end_limit(fresh.case, by)
    cause = f"{fresh.pk}:{approved}"
    tell(
        [fresh.drafted_by_id], NoticeKind.DECISION_MADE, fresh.case.number, decision_path(fresh), cause=cause
    )
    return fresh


def _take_effect(row: CustodyDecision, by: Position) -> None:
    if rules.needs_warrant(reveal(row, "consent") or "", row.case.office):
        clocks.start(row.case, ClockKind.WARRANT, started_at=row.effective_at, by=by)
    _child_stays(row, STAY[Place(reveal(row, "place_kind") or "")])


def _end(row: CustodyDecision, by: Position) -> None:
    start = locked(CustodyDecision.objects.filter(ends=row.pk))
    start.ended_at = row.effective_at
    start.save(update_fields=["ended_at"])
    limit = running_of(row.case, ClockKind.WARRANT)
    if limit is not None and row.effective_at <= limit.due_at:
        clocks.end(limit, by=by)  # over within seven days needs no warrant (児童福祉法33条3項)
    _child_stays(row, reveal(row, "stay_after") or "")


def _end_limit(case: Case, by: Position) -> None:
    limit = running_of(case, ClockKind.WARRANT)
    if limit is not None:
        clocks.end(limit, by=by)


def _child_stays(row: CustodyDecision, kind: str) -> None:
    """The child's place of stay follows the decision. A withheld place stays in the decision alone, so that nothing made from
    the case row can carry it out."""
    fresh = locked(Case.objects.filter(pk=row.case_id))
    fresh.place_of_stay = str(kind)
    fresh.place_detail = "" if reveal(row, "place_withheld") else reveal(row, "place") or ""
    fresh.version += 1
    fresh.save(update_fields=["place_of_stay", "place_detail", "version"])


@transaction.atomic
def record_opinion(row: CustodyDecision, opinion: str, *, by: Position) -> CustodyDecision:
    """Add the child's opinion that was to be heard promptly after an urgent decision."""
    fresh = locked(CustodyDecision.objects.filter(pk=row.pk))
    rules.check_opinion_open(fresh, by)
    fresh.opinion = opinion
    fresh.save(update_fields=["opinion"])
    return fresh


@transaction.atomic
def record_consent(
    row: CustodyDecision, *, consent: str, answered_at: datetime, answered_by: str, note: str, by: Position
) -> ConsentAnswer:
    """Record what the person with parental authority says now. The time limit of the warrant follows (D3, D3a).

    Consent ends it; consent taken back starts it again from the start of custody, and so it may have passed already. Nothing
    starts where the warrant was requested.
    """
    fresh = locked(CustodyDecision.objects.filter(pk=row.pk))
    rules.check_may_record_consent(fresh, answered_at, by)
    answer = ConsentAnswer(case=fresh.case, decision=fresh, recorded_by=by, recorded_at=clock.now())
    answer.consent, answer.answered_at = consent, answered_at.isoformat()
    answer.answered_by, answer.note = answered_by, note
    answer.save(force_insert=True)
    if not rules.needs_warrant(consent, fresh.case.office):
        _end_limit(fresh.case, by)
    elif not fresh.warrants.exists():
        clocks.start(fresh.case, ClockKind.WARRANT, started_at=fresh.effective_at, by=by)
    return answer


@transaction.atomic
def request_warrant(
    row: CustodyDecision, *, requested_at: datetime, texts: Mapping[str, str], by: Position
) -> WarrantRequest:
    """Record that the warrant was requested from a judge; it meets the seven-day limit."""
    limit = running_of(row.case, ClockKind.WARRANT)
    rules.check_may_request_warrant(row, limit, requested_at, by)
    assert limit is not None  # noqa: S101 - checked by the rule above; for the type checker
    request = WarrantRequest(
        case=row.case, decision=row, requested_at=requested_at, recorded_by=by, recorded_at=clock.now()
    )
    for name in ("court", "reference", "papers"):
        setattr(request, name, texts[name])
    request.save(force_insert=True)
    clocks.meet(limit, at=requested_at, by=by)
    return request
