"""Drafting the request for a custody warrant, deciding it, and recording that it was handed in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.decisions.actions import Decision, nothing
from cases.records.actions import locked
from cases.records.models import Case
from cases.warrants import rules
from cases.warrants.codes import WARRANT_REQUEST, WarrantPaper, WarrantState
from cases.warrants.models import RequestWithdrawal, WarrantDraft, WarrantRequest, WarrantStep
from cases.warrants.owed import owe
from cases.warrants.queries import File, file_of
from face.consequences import Consequences
from security.encryption.fields import words_of
from security.walls import clock


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """What the draft says: the court, the grounds for the judge in words, the papers that are there, and why one is missing."""

    court: str
    reason: str
    papers_there: Collection[WarrantPaper]
    missing_why: str = ""


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """When it was handed in, to whom, with which papers, and the court's receipt number."""

    requested_at: datetime
    handed_to: str
    papers_in: Collection[WarrantPaper]
    reference: str = ""
    papers: str = ""


@transaction.atomic
def draft_request(
    case: Case, facts: RequestFacts, *, by: Position, earlier: WarrantDraft | None = None
) -> WarrantDraft:
    """Draft the request, also before custody begins that is decided for a coming day.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again. Raises Refused.
    """
    now = clock.now()
    row = REQUEST.begin(case, by, now, earlier)
    row.case = case
    _limit, row.start = rules.check_is_needed(case)
    rules.check_says_why(facts.papers_there, facts.missing_why)
    row.court, row.reason = facts.court, facts.reason
    row.papers_there, row.missing_why = list(facts.papers_there), facts.missing_why or None
    return REQUEST.submit(row, by)


@transaction.atomic
def hand_in(draft: WarrantDraft, facts: HandedIn, *, by: Position) -> WarrantRequest:
    """Record that an approved request was handed in; that alone meets the seven-day limit (児童福祉法33条3項). Raises Refused."""
    now = clock.now()
    row = locked(WarrantDraft.objects.filter(pk=draft.pk))  # one hand-in at a time: the second finds no limit
    row.case = locked(Case.objects.filter(pk=row.case_id))
    limit = rules.check_may_hand_in(row, by, now)
    rules.check_handed_in(row, facts.requested_at, facts.papers_in, now)
    request = WarrantRequest(
        case=row.case,
        decision=row.start,
        draft=row,
        requested_at=facts.requested_at,
        recorded_by=by,
        recorded_at=now,
    )
    request.court, request.reference = words_of(row.court), facts.reference
    request.handed_to, request.papers_in = facts.handed_to, list(facts.papers_in)
    request.papers = facts.papers
    request.save(force_insert=True)
    clocks.meet(limit, at=facts.requested_at, by=by)
    return request


@transaction.atomic
def withdraw_request(draft: WarrantDraft, reason: str, *, by: Position) -> RequestWithdrawal:
    """Record that an approved request is not handed in, since no warrant is needed any more. Where consent is withdrawn within
    the seven days, the limit runs from the day custody began all the same, and another request is drafted. Raises Refused."""
    now = clock.now()
    row = locked(WarrantDraft.objects.filter(pk=draft.pk))
    row.case = locked(Case.objects.filter(pk=row.case_id))
    rules.check_may_withdraw(row, by, now)
    withdrawal = RequestWithdrawal(case=row.case, draft=row, withdrawn_by=by, withdrawn_at=now)
    withdrawal.reason = reason
    withdrawal.save(force_insert=True)
    return withdrawal


@transaction.atomic
def record_step(
    request: WarrantRequest,
    to: WarrantState,
    *,
    happened_at: datetime,
    by: Position,
    follows: UUID | None,
    **facts: Any,
) -> WarrantStep:
    """Record what the judge or the office did next. ``follows``: the step that the reader saw last, or None; ``facts``: those of
    ``WarrantStep.FIELDS``. A ruling that rejects the request starts the limit of its reversal; asking for that meets it
    (児童福祉法33条7項). What the judge asked for is owed until the day the judge named. Raises Refused.
    """
    now = clock.now()
    case = locked(Case.objects.filter(pk=request.case_id))  # one step at a time: the second sees the first
    file = file_of(case, request.pk)
    if file is None:
        raise WarrantRequest.DoesNotExist
    rules.check_follows(file, follows)
    rules.check_may_record(file, by)
    rules.check_move(file, to)
    rules.check_happened(file, happened_at, now)
    rules.check_days(happened_at, facts.get("due_on"), facts.get("until"))
    rules.check_facts(to, facts)
    row = WarrantStep(case=case, request=file.request, follows=file.latest, kind=to.value)
    row.happened_at, row.recorded_by, row.recorded_at = happened_at, by, now
    for name in WarrantStep.FIELDS[to]:
        setattr(row, name, facts.get(name) or None)
    row.save(force_insert=True)
    _limit_follows(row, file, by)
    owe(row, file.start, by=by)
    return row


def owe_again(asked: WarrantStep, *, by: Position) -> None:
    """Leave what the judge asked for with whoever is in charge once more: the step that followed was struck. Nothing after a step
    of another kind."""
    owe(asked, asked.request.decision, by=by)


def _limit_follows(row: WarrantStep, file: File, by: Position) -> None:
    if row.state is WarrantState.REJECTED and file.start.ended_at is None:
        clocks.start(row.case, ClockKind.WARRANT_REVIEW, started_at=row.happened_at, by=by)
    running = running_of(row.case, ClockKind.WARRANT_REVIEW)
    if row.state is WarrantState.REVIEW_ASKED and running is not None:
        clocks.meet(running, at=row.happened_at, by=by)


def _shown(row: WarrantDraft, _by: Position) -> dict[str, Any]:
    return {"d": row}


REQUEST = Decision(
    act=WARRANT_REQUEST,
    model=WarrantDraft,
    check_may_draft=rules.check_may_draft_request,
    content=WarrantDraft.CONTENT,
    form_url="warrant_draft",
    template="cases/warrants/facts.html",
    context=_shown,
    panels=lambda _row: ("warrant",),
    consequences=Consequences(
        _(
            "The request can be printed and handed in to the court. The time limit runs until that is recorded."
        ),
        _("The person who drafted it is told. The office hands the request in itself."),
        _("The decision stays on record. Another request needs a decision of its own."),
    ),
    related=("start",),
    still_holds=rules.check_still_needed,
    effect=nothing,
)
