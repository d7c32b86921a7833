"""Months and days of the calendar, in Japan."""

from datetime import date, datetime, time

from django.utils import timezone


def month_of(day: date) -> date:
    """The first day of the month of ``day``."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the month after ``month``, itself a first day."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    """The first day of the month before ``month``, itself a first day."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def begins(day: date) -> datetime:
    """The moment at which a day, or the month of which it is the first one, begins in Japan."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())
