"""Leaving a duty, doing it, taking it over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from cases.duties import rules
from cases.duties.codes import DutyKind, named
from cases.duties.models import Duty
from cases.records.actions import locked
from cases.records.models import Case
from security.walls import clock


@transaction.atomic
def leave_duty(
    case: Case,
    kind: DutyKind,
    *,
    cause: UUID,
    owner: UUID,
    barred: Iterable[UUID] = (),
    due_at: datetime | None = None,
) -> Duty:
    """Leave something to do with the position ``owner``, who is told. Another action of the acting person calls this.

    ``cause`` is the row it follows from, ``barred`` the people who may not do it, ``due_at`` its own limit, where it has one
    instead of the days of its kind. Raises KeyError for a kind that no room
    declares, and IntegrityError (by the wall) for an owner who is barred.
    """
    now = clock.now()
    due_at = due_at or now + timedelta(days=named(kind.code).days(case.office))
    duty = Duty(case=case, kind=kind.code, cause=cause, owner_id=owner, barred=sorted(barred), due_at=due_at)
    duty.left_at = now
    duty.save(force_insert=True)
    tell(
        [owner],
        NoticeKind.DUTY_OPEN,
        case.number,
        reverse("duty", args=[case.pk, duty.pk]),
        cause=str(duty.pk),
    )
    return duty


@transaction.atomic
def fulfil_duty(duty: Duty, *, note: str, by: Position) -> None:
    """Write how a duty was done. Raises Refused."""
    row = locked(Duty.objects.filter(pk=duty.pk))
    rules.check_may_fulfil(row, by)
    row.done_at, row.done_by = clock.now(), by
    row.note = note
    row.save(update_fields=["done_at", "done_by", "note"])


@transaction.atomic
def settle_duties(case_id: UUID, cause: UUID, kind: DutyKind, *, note: str, by: Position) -> None:
    """What an act of its room has done, whoever acted, is no duty any more. The room's own trigger says when that is so."""
    for row in Duty.objects.select_for_update().filter(
        case=case_id, cause=cause, kind=kind.code, done_at=None
    ):
        row.done_at, row.done_by, row.note = clock.now(), by, note
        row.save(update_fields=["done_at", "done_by", "note"])


@transaction.atomic
def take_over_duty(duty: Duty, *, by: Position) -> None:
    """Take over a colleague's duty. Raises Refused."""
    row = locked(Duty.objects.filter(pk=duty.pk))
    rules.check_may_take_over(row, by)
    row.owner = by
    row.save(update_fields=["owner"])
