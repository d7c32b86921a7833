"""The only writers of the register of training."""

from datetime import date

from django.db import transaction

from agencies.staff.models import Position, Staff
from agencies.training import rules
from agencies.training.codes import Course
from agencies.training.models import Training
from security.walls import clock


@transaction.atomic
def keep_training(
    staff: Staff,
    course: Course,
    certified_on: date,
    expires_on: date,
    peer_review_on: date | None = None,
    *,
    by: Position,
) -> Training:
    """Enter a certificate, or the same one again with a later peer review. Raises Refused."""
    rules.check_may_keep(by, staff)
    rules.check_days(certified_on, expires_on, peer_review_on, clock.today())
    row = Training(staff=staff, course=course, certified_on=certified_on, expires_on=expires_on)
    row.peer_review_on, row.kept_by, row.kept_at = peer_review_on, by, clock.now()
    row.save(force_insert=True)
    return row


@transaction.atomic
def withdraw_training(row: Training, *, by: Position) -> None:
    """Withdraw a row that was wrong: it stays to be seen, and holds no longer. Raises Refused."""
    fresh = Training.objects.select_for_update(of=("self",)).select_related("staff").get(pk=row.pk)
    rules.check_may_withdraw(fresh, by)
    fresh.withdrawn_by, fresh.withdrawn_at = by, clock.now()
    fresh.save(update_fields=["withdrawn_by", "withdrawn_at"])
