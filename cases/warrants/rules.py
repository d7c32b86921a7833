"""Who asks a judge for a custody warrant, when, and what has to be written with it (児童福祉法33条3項)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused, reason_against
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.clocks.queries import running_of
from cases.clocks.rules import JAPAN
from cases.custody.models import CustodyDecision
from cases.custody.queries import timed
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.records.models import Case
from cases.records.rules import check_may_edit
from cases.warrants.codes import MOVES, STEPS, WarrantPaper, WarrantState
from cases.warrants.models import WarrantDraft, WarrantStep
from cases.warrants.queries import File, drafts_of, to_hand_in

LONGEST_BEFORE = timedelta(days=31)
"""How long before the start of custody a request can have been handed in: custody is not decided for a later day either."""

OPTIONAL = frozenset(
    {
        (WarrantState.ASKED_MORE, "due_on"),
        (WarrantState.ISSUED, "judge"),
        (WarrantState.REJECTED, "judge"),
        (WarrantState.QUASHED, "reason"),
    }
)
"""What of a step need not be known."""


def check_may_draft_request(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, while a warrant is to be requested; one draft at a time."""
    check_may_draft(case, by, drafts_of(case), now)
    check_is_needed(case)


def check_is_needed(case: Case) -> tuple[Clock, CustodyDecision]:
    """A warrant is requested for the start of custody while its time limit runs, also late, and before custody begins
    (児童福祉法33条3項). Gives the limit and the start."""
    limit = running_of(case, ClockKind.WARRANT)
    start = timed(case, limit.started_at) if limit is not None else None
    if limit is None or start is None:
        raise Refused("no_limit", _("No warrant has to be requested now."))
    return limit, start


def check_still_needed(row: WarrantDraft, _by: Position, _now: datetime) -> None:
    """A request is approved while it is needed, and for the custody that it was drafted for."""
    check_for_this_custody(row)


def check_for_this_custody(row: WarrantDraft) -> Clock:
    """The custody that the limit runs on is the one the request was drafted for. Gives the limit."""
    limit, start = check_is_needed(row.case)
    if start.pk != row.start_id:
        raise Refused("other_custody", _("This request is for an earlier custody. Draft another."))
    return limit


def check_says_why(there: Collection[WarrantPaper], missing_why: str) -> None:
    """Where one of the papers is missing, the judge and the director learn why."""
    if set(WarrantPaper) - set(there) and not missing_why.strip():
        raise Refused("missing_why", _("Write down why a paper is missing."))


def check_may_hand_in(row: WarrantDraft, by: Position, now: datetime) -> Clock:
    """Only what was approved is handed in, once, by those who work on the case. Gives the limit that it meets."""
    check_may_edit(row.case, by)
    if row.state_at(now) is not State.APPROVED:
        raise Refused("not_approved", _("Only a request that was approved is handed in."))
    return check_for_this_custody(row)


def check_may_withdraw(row: WarrantDraft, by: Position, now: datetime) -> None:
    """Nobody has to hand in a request that the law no longer needs (児童福祉法33条3項: everybody with parental authority
    consents, or custody is over). While a warrant is needed for the same custody, the request is handed in."""
    check_may_edit(row.case, by)
    if row.state_at(now) is not State.APPROVED or row.pk not in {one.pk for one in to_hand_in(row.case)}:
        raise Refused("not_approved", _("Only a request that was approved and not handed in is withdrawn."))
    if not reason_against(check_for_this_custody, row):
        raise Refused("needed", _("A warrant is still needed: the request is handed in."))


def check_handed_in(row: WarrantDraft, at: datetime, papers: Collection[WarrantPaper], now: datetime) -> None:
    """It has happened, at most a month before custody begins, and the written request was among the papers.

    The moment is that of the paper: the approval may have been written down after it, and both are shown.
    """
    if at > now:
        raise Refused("requested_at", _("“Handed in at” lies in the future."))
    if at < row.start.effective_at - LONGEST_BEFORE:
        raise Refused(
            "requested_at", _("“Handed in at” lies more than a month before “Start” of the custody.")
        )
    if WarrantPaper.REQUEST not in papers:
        raise Refused("papers_in", _("The written request is among the papers that are handed in."))


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft that prevents closing a case, in a sentence; '' where none waits."""
    if any(row.state_at(now) is State.WAITING for row in drafts_of(case)):
        return _("A draft of a request for a custody warrant waits for its decision.")
    return ""


def check_may_record(file: File, by: Position) -> None:
    """Those who work on the case record what follows, as long as something can follow."""
    check_may_edit(file.request.case, by)
    if not any(state in STEPS for state in MOVES[file.reached]):
        raise Refused("over", _("Nothing further is recorded on this warrant."))


def check_move(file: File, to: WarrantState) -> None:
    """Only what can follow follows (児童福祉法33条4項・7項): the table ``MOVES`` has it."""
    if to not in MOVES[file.reached]:
        raise Refused(
            "kind", _("This cannot follow now. Look at what has been recorded on this warrant meanwhile.")
        )


def check_follows(file: File, follows: UUID | None) -> None:
    """What is recorded follows the step that the reader saw last: nobody has recorded another meanwhile."""
    if follows != (file.latest.pk if file.latest else None):
        raise Refused(
            "follows", _("Somebody else recorded a step of this warrant meanwhile. Open the page again.")
        )


def check_happened(file: File, at: datetime, now: datetime) -> None:
    """It has happened, and not before what it follows: both are named."""
    if at > now:
        raise Refused("happened_at", _("“When it happened” lies in the future."))
    if file.latest is None and at < file.request.requested_at:
        raise Refused("happened_at", _("“When it happened” lies before “Handed in at”."))
    if file.latest is not None and at < file.latest.happened_at:
        raise Refused("happened_at", _("“When it happened” lies before that of the step before it."))


def check_days(at: datetime, due_on: date | None, until: date | None) -> None:
    """What the judge sets lies on the day of the ruling or after it: both are named."""
    day = at.astimezone(JAPAN).date()
    if due_on is not None and due_on < day:
        raise Refused("happened_at due_on", _("“To be handed in by” lies before “When it happened”."))
    if until is not None and until < day:
        raise Refused("happened_at until", _("“Valid until” lies before “When it happened”."))


def check_facts(to: WarrantState, facts: Mapping[str, Any]) -> None:
    """What belongs to the step is written, and nothing that belongs to another."""
    for name in WarrantStep.FIELDS[to]:
        if facts.get(name) in (None, "") and (to, name) not in OPTIONAL:
            raise Refused(name, _("Write down what belongs to this step."))
