"""Handing cases over, and cancelling that before its day."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from agencies.staff.models import Position
from agencies.staff.pages import refusal_of
from cases.handover import rules
from cases.handover.models import Handover, HandoverCount
from cases.handover.queries import count_open
from cases.records.models import Case
from security.encryption.fields import sealed_text
from security.encryption.keyring import Scope, current
from security.walls import clock


@transaction.atomic
def hand_over(
    case: Case,
    to: Position,
    day: date,
    *,
    by: Position,
    keep_former: bool,
    note: str = "",
    batch: UUID | None = None,
) -> None:
    """Name another person in charge of the case, today or on a day to come; before it the receiver reads how much is open. The
    one until then leaves the team or stays as a member, and is told with the receiver. Raises Refused, and IntegrityError where
    somebody else was faster."""
    now: datetime = clock.now()
    rules.check_may_hand_over(case, to, day, by, now)
    row = Handover(id=uuid.uuid4(), case=case)
    row.note = note or None
    batch = batch or row.pk
    facts = (row.pk, case.pk, to.pk, day, keep_former, batch, sealed_text(row.note))
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.hand_over(%s, %s, %s, %s, %s, %s, %s)", facts)
    if day > clock.today():
        current().create(Scope("handover", row.pk), by.office_id)
        _count(row, now)


def hand_over_each(
    cases: Sequence[Case],
    to: Position,
    day: date,
    *,
    by: Position,
    keep_former: bool,
    notes: Mapping[UUID, str],
    batch: UUID,
) -> list[tuple[Case, str]]:
    """Hand over each of the cases that can be; the others with the reason why not. One that fails stops no other."""
    refused = []
    for case in cases:
        reason = refusal_of(
            hand_over, case, to, day, by=by, keep_former=keep_former, note=notes.get(case.pk, ""), batch=batch
        )
        if reason:
            refused.append((case, reason))
    return refused


@transaction.atomic
def cancel(row: Handover, *, by: Position) -> None:
    """Cancel what was planned: the person in charge stays. Raises Refused."""
    rules.check_may_cancel(row, by, clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.cancel_handover(%s)", [row.pk])


@transaction.atomic
def count_again(rows: Sequence[Handover], *, by: Position) -> None:
    """Count again what is open on the cases of planned hand-overs, for their receiver. Raises Refused."""
    now = clock.now()
    for row in rows:
        rules.check_may_count(row, by, now)
        _count(row, now)


def _count(row: Handover, now: datetime) -> None:
    count = HandoverCount(handover_id=row.pk, case_id=row.case_id, counted_at=now)
    count.numbers = count_open([row.case_id], now)[row.case_id]
    count.save(force_insert=True)
