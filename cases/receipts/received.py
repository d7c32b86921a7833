"""Correcting when a receipt came: the limit that is counted from it follows."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks.actions import correct_by_decision, start_earlier
from cases.clocks.queries import sight_from
from cases.decisions.actions import Decision
from cases.intake.queries import last_seen
from cases.receipts import codes, rules
from cases.receipts.actions import time_again
from cases.receipts.models import ReceivedCorrection
from cases.receipts.queries import Receipt, receipt_named, receipts_of
from cases.records.actions import locked
from cases.records.models import Case
from face.consequences import Consequences
from security.walls import clock


@transaction.atomic
def draft_correction(
    case: Case,
    receipt: Receipt,
    corrected_at: datetime,
    reason: str,
    *,
    by: Position,
    earlier: ReceivedCorrection | None = None,
) -> ReceivedCorrection:
    """Draft that a receipt came at ``corrected_at``. The supervisor or the director decides. Raises Refused.

    An earlier moment makes the limit stricter, and a child waits: the limit is corrected at once, until the draft is returned. A
    later one gives more time, and takes the decision. ``earlier``: the drafter's own draft, of which the reason is changed, or a
    returned one to be drafted again.
    """
    row = CORRECTION.begin(case, by, clock.now(), earlier)
    row.reason = reason
    if not row._state.adding:
        rules.check_same_moment(row, corrected_at)
        return CORRECTION.submit(row, by)
    seen_at = _seen_at(case)
    rules.check_moment(receipt, corrected_at, seen_at, clock.now())
    row.notification, row.held_at, row.corrected_at = receipt.notification, receipt.received_at, corrected_at
    row = CORRECTION.submit(row, by)
    if corrected_at < row.held_at and (seen_at is None or seen_at < corrected_at):
        for limit in sight_from(case, row.held_at):
            start_earlier(limit, started_at=corrected_at, by=by)
    return row


def _seen_at(case: Case) -> datetime | None:
    return last_seen([case.pk]).get(case.pk)


def _locked(rows: QuerySet[ReceivedCorrection]) -> ReceivedCorrection:
    """The case is locked before it is looked at: a receipt that comes at the same time waits, and is seen."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _follow(row: ReceivedCorrection, by: Position) -> None:
    """The limits follow the moment that holds from now on; also the one before, if the draft is returned or taken back."""
    correct_by_decision(row.case, row.pk)
    time_again(receipts_of(row.case), by=by)


def _still_holds(row: ReceivedCorrection, _by: Position, now: datetime) -> None:
    receipt = receipt_named(row.case, row.notification_id)
    rules.check_moment(receipt, row.corrected_at, _seen_at(row.case), now)


def _context(row: ReceivedCorrection, _by: Position) -> dict[str, Any]:
    return {"d": row, "receipt": receipt_named(row.case, row.notification_id)}


CORRECTION = Decision(
    act=codes.RECEIVED_CORRECTION,
    model=ReceivedCorrection,
    check_may_draft=rules.check_may_correct,
    content=("reason",),
    form_url="receipt_received",
    template="cases/receipts/received.html",
    context=_context,
    panels=lambda _row: ("receipts",),
    consequences=Consequences(
        _("The receipt came at the corrected moment. A limit that runs from it is counted anew from there."),
        _("Those in charge and the supervisors are told from when until when the limit is corrected."),
        _("The moment that was written first stays readable. A further correction takes a further decision."),
    ),
    lock=_locked,
    still_holds=_still_holds,
    effect=_follow,
    not_approved=_follow,
)
