"""The months of the list, in Japan, where the lines are signed."""

from datetime import date, datetime

from django.utils import timezone

from face.months import month_before, month_of


def is_signable(month: date, now: datetime) -> bool:
    """Whether lines of this month are signed now: this month's or the last one's."""
    this = month_of(timezone.localdate(now))
    return month in (this, month_before(this))
