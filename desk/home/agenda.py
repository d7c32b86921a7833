"""What has to be done by an hour or a day, in one list ordered by time: limits of the law, duties, visits and custody."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.access import StaffRequest
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.clocks.panel import notes_of
from cases.clocks.queries import due_for
from cases.duties.queries import duties_open_for
from desk.home.lines import Group, Section, case_url, who_of, with_children
from desk.home.next_steps import to_do_of
from face.lines import Line, Note
from security.walls import clock

MOST = 25
"""How many lines a home page shows; the table of the month has them all."""
SPANS: tuple[tuple[str | Promise, timedelta], ...] = (
    (_("Today"), timedelta()),
    (_("Within 3 days"), timedelta(days=3)),
    (_("Within a week"), timedelta(days=7)),
)


def agenda(request: StaffRequest) -> Section:
    """Overdue first, then today, within three days, within a week, and what comes after."""
    to_do = dated(request, to_do_of(request), MOST)
    lines = in_order([*limits_of(due_for(request.by, limit=MOST)), *to_do])[:MOST]
    lines = with_children(lines, request.by)
    return Section(
        "agenda",
        _("Time limits"),
        _("No time limit is running."),
        lines,
        reverse("limits"),
        _("Time limits by month"),
        groups=groups_of(lines),
    )


def dated(
    request: StaffRequest, to_do: Iterable[Line], most: int, within: tuple[datetime, datetime] | None = None
) -> list[Line]:
    """The duties that are due first (``within``: of a time), and what of ``to_do`` has an hour or a day."""
    return [*_duties(request, most, within), *(line for line in to_do if limit_of(line))]


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By their limit."""
    return sorted(lines, key=lambda line: (limit_of(line) or clock.now(), line.url))


def limit_of(line: Line) -> datetime | None:
    """By when it has to be done; a day ends at midnight. None: no hour and no day is set."""
    if line.due or not line.on:
        return line.due
    return datetime.combine(line.on, time.max, timezone.get_current_timezone())


def groups_of(lines: Iterable[Line]) -> list[Group]:
    """The lines under the name of the span in which they fall; a span without any is left out."""
    groups: dict[str | Promise, list[Line]] = {}
    for line in lines:
        groups.setdefault(_span_of(limit_of(line) or clock.now()), []).append(line)
    return [Group(heading, found) for heading, found in groups.items()]


def _span_of(limit: datetime) -> str | Promise:
    if limit < clock.now():
        return _("Overdue")
    day = timezone.localdate(limit)
    return next((name for name, span in SPANS if day <= clock.today() + span), _("Later"))


def limits_of(clocks: Iterable[Clock], *, whole: bool = False) -> list[Line]:
    """The limits of the law; ``whole``: with source, start, end and who is told (of clocks that ``with_warnings`` has read)."""
    return [
        Line(
            case_url(limit.case),
            ClockKind(limit.kind).label,
            due=limit.due_at,
            pressing=limit.is_overdue,
            case_id=limit.case_id,
            number=limit.case.number,
            who=who_of(limit.case),
            notes=(Note(limit.basis), *notes_of(limit)) if whole else (),
        )
        for limit in clocks
    ]


def _duties(request: StaffRequest, most: int, within: tuple[datetime, datetime] | None) -> list[Line]:
    now = clock.now()
    return [
        Line(
            reverse("duty", args=[row.case_id, row.pk]),
            row.get_kind_display(),
            row.owner.staff.name,
            due=row.due_at,
            pressing=row.due_at < now or not row.owner.is_current,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in duties_open_for(request.by, most, within)
    ]
