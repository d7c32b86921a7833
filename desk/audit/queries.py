"""Who looked, in a few lines: for the case page, for home pages, and for the way into the access log."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.urls import reverse

from agencies.staff.models import Position, Staff
from cases.records.models import Case
from cases.records.queries import numbers_for_log
from desk.audit import days
from desk.audit.days import DayRow
from desk.audit.pages import within_reach
from desk.audit.rows import Row, rows_of
from security.audit.days import DayFilter, Days
from security.audit.queries import (
    EventFilter,
    denials,
    looks_into_cases,
)
from security.search.names import number_key
from security.walls import clock

RECENT = timedelta(days=7)
OUTSIDE = timedelta(days=31)
"""How far back a home page lists looks from outside the team; the pages of the log go back to the beginning."""
LOOKED_THROUGH = 200
"""How many of the newest looks are searched for those that no relation explains."""
PEOPLE = 200
"""How many people of an office the list names."""


def who_looked(case: Case, limit: int = 5) -> list[DayRow]:
    """The newest days on which others than the reader, who manages it, looked at this case or tried to."""
    found = Days("others", case.pk).newest(DayFilter(), limit)
    return days.rows_of(found, lambda day, who: reverse("case_looks_day", args=[case.pk, day, who]))


def looks_at_my_cases(by: Position, limit: int = 10) -> list[Row]:
    """The newest looks and attempts from outside the team at the cases the position manages: receivers of a disclosure, broken
    glass, people without any relation. Readers of the access log are named on the case's own page."""
    found = looks_into_cases().newest(_last_days(OUTSIDE), limit)
    return rows_of(within_reach(found, by), by)


def unexplained_looks(by: Position, limit: int = 10) -> list[Row]:
    """The newest looks of the last days by people without any relation to the case, as far as they concern the reader."""
    found = looks_into_cases().newest(_last_days(RECENT), LOOKED_THROUGH)
    alone = [look for look in within_reach(found, by) if look.relation == "none"]
    return rows_of(alone[:limit], by)


def recent_denials(by: Position, limit: int = 10) -> list[Row]:
    """What was refused in the last days, as far as it concerns the reader."""
    found = denials().newest(_last_days(RECENT), limit)
    return rows_of(within_reach(found, by), by)


def office_people(by: Position) -> list[Staff]:
    """The people of the reader's office, by their reading: whoever looks more often than others may have more cases."""
    people = Staff.objects.filter(positions__office=by.office).order_by("kana", "name", "pk")
    return list(people.distinct()[:PEOPLE])


def found_by(wanted: str) -> dict[str, Any]:
    """People by part of a name or user name, and a case by its number."""
    text = wanted.strip()
    named = models.Q(name__icontains=text) | models.Q(username__iexact=text) | models.Q(kana__icontains=text)
    cases = numbers_for_log((), number_key(text))
    return {"people": list(Staff.objects.filter(named)[:20]), "cases": cases}


def _last_days(span: timedelta) -> EventFilter:
    return EventFilter(since=clock.today() - span)
