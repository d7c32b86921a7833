"""The only writers of the register of training."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from agencies.staff.models import Position, Staff
from agencies.training import rules
from agencies.training.codes import Course
from agencies.training.models import Training
from security.walls import clock


@transaction.atomic
def enter_training(
    staff: Staff, course: str, facts: Mapping[str, Any], *, by: Position, follows: Training | None = None
) -> Training:
    """Enter how far somebody is with a course: a new row, or one that ``follows`` an earlier one of the same. Raises Refused."""
    rules.check_may_keep(by, staff)
    rules.check_days(course, facts, clock.today())
    row = Training(
        staff=staff, course=course, **{name: facts[name] for name in Training.TOLD if name in facts}
    )
    if follows is not None:
        row.follows = Training.objects.select_for_update(of=("self",)).get(pk=follows.pk)
        rules.check_may_follow(row.follows, facts)
    row.kept_by, row.kept_at = by, clock.now()
    row.save(force_insert=True)
    return row


def keep_training(
    staff: Staff,
    course: Course,
    certified_on: date,
    expires_on: date | None,
    peer_review_on: date | None = None,
    *,
    by: Position,
) -> Training:
    """Enter a certificate with nothing but its days. Raises Refused."""
    days = {"certified_on": certified_on, "expires_on": expires_on, "peer_review_on": peer_review_on}
    return enter_training(staff, course, days, by=by)


@transaction.atomic
def withdraw_training(row: Training, *, by: Position) -> None:
    """Withdraw a row that was wrong: it stays to be seen, and holds no longer. Raises Refused."""
    fresh = Training.objects.select_for_update(of=("self",)).select_related("staff").get(pk=row.pk)
    rules.check_may_withdraw(fresh, by)
    fresh.withdrawn_by, fresh.withdrawn_at = by, clock.now()
    fresh.save(update_fields=["withdrawn_by", "withdrawn_at"])
