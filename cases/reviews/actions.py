"""Signing a line of the progress list, and correcting one."""

from datetime import date

from django.db import transaction

from agencies.staff.models import Position
from cases.records.actions import locked
from cases.records.models import Case
from cases.reviews import rules
from cases.reviews.models import CaseReview
from security.walls import clock


@transaction.atomic
def sign_review(
    case: Case,
    month: date,
    *,
    note: str,
    next_task: str,
    next_on: date,
    by: Position,
    corrects: CaseReview | None = None,
) -> CaseReview:
    """Sign the line of a case in the list of ``month``, its first day; with ``corrects``, put a signed one right, which stays.

    Raises Refused. No limit and no duty ends by it.
    """
    fresh = locked(Case.objects.filter(pk=case.pk))  # two at once see each other's
    rules.check_may_sign(fresh, month, by, clock.now())
    rules.check_not_signed(fresh, month, corrects)
    rules.check_written(next_task, next_on, clock.today())
    review = CaseReview(
        case=fresh,
        month=month,
        signed_by=by,
        signed_at=clock.now(),
        urgency=fresh.urgency,
        next_on=next_on,
        corrects=corrects,
    )
    review.note, review.next_task = note, next_task
    review.save(force_insert=True)
    return review
