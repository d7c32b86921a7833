"""The table of a month's time limits, to look ahead and to print."""

from datetime import date, datetime, time, timedelta
from itertools import chain, groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agencies.staff.access import StaffRequest, page
from agencies.staff.roles import CASEWORK
from cases.clocks.queries import due_for, unwatched, with_warnings
from desk.home.agenda import dated, in_order, limit_of, limits_of
from desk.home.lines import with_children
from face.reading import one_reading
from security.audit.verbs import Verb
from security.rooms import rooms_at
from security.walls import clock

MOST = 300
"""How many limits of the law one table has, and lines of a kind that a room says."""
ONE_DAY = timedelta(days=1)


@page(*CASEWORK)
def limits(request: StaffRequest) -> HttpResponse:
    """Limits of the law, duties, visits and custody of the month that ``?month=2026-12`` names, by day."""
    first = _month(request.GET.get("month", ""))
    following = (first + 31 * ONE_DAY).replace(day=1)
    with one_reading():
        said = [list(room.to_do(request.by, MOST)) for room in rooms_at(request.by.office.kind) if room.to_do]
    within = _begin(first), _begin(following)
    lines = [
        *limits_of(with_warnings(due_for(request.by, limit=MOST, within=within)), whole=True),
        *dated(request, chain.from_iterable(said), MOST, within),
    ]
    in_month = with_children(
        [line for line in in_order(lines) if first <= _day(line) < following], request.by
    )
    for line in in_month:
        if line.case_id is not None:
            request.event.note_shown(line.case_id, "due", verb=Verb.CASE_LIST)
    context = {
        "first": first,
        "before": (first - ONE_DAY).replace(day=1),
        "following": following,
        "days": [(day, list(found)) for day, found in groupby(in_month, key=_day)],
        "unwatched": unwatched(),
        "is_cut": any(len(found) >= MOST for found in (in_month, *said)),
    }
    return render(request, "desk/home/month.html", context)


def _day(line: Any) -> date:
    return timezone.localdate(limit_of(line))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _month(typed: str) -> date:
    """The first day of the month; anything else than year and month is this month."""
    try:
        return datetime.strptime(typed, "%Y-%m").date()  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        return clock.today().replace(day=1)
