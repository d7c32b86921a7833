"""When a clock is due, and what may be done with it."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.codes import (
    BEFORE_SOON,
    BEFOREHAND,
    NOT_YET,
    SIGHT,
    WARNED_BY,
    ClockKind,
    ClockState,
    ClockWarningStep,
)
from cases.clocks.models import Clock
from cases.records.models import Case
from cases.records.rules import check_may_edit

JAPAN = ZoneInfo("Asia/Tokyo")
WARRANT_DAYS = 7
REVIEW_DAYS = 3
LONGEST_MONTHS = 2
PLACEMENT_MONTHS = 24

STATES: dict[ClockState, tuple[ClockState, ...]] = {
    ClockState.RUNNING: (ClockState.MET, ClockState.ENDED),
    ClockState.MET: (),
    ClockState.ENDED: (),
}
"""What can become of a clock; an overdue one is still running."""


def last_day(first: date, months: int = LONGEST_MONTHS) -> date:
    """The last day custody begun on ``first`` may last: two months counted from the start day (児童福祉法33条12項); with other
    ``months``, of what lasts so long.

    How months are counted is settled strictly here: the day before the same day of the month so much later, or that month's
    last day where it has no such day (民法143条).
    """
    month = first.month + months
    year, month = first.year + (month - 1) // 12, (month - 1) % 12 + 1
    length = monthrange(year, month)[1]
    return (
        date(year, month, length) if first.day > length else date(year, month, first.day) - timedelta(days=1)
    )


def due_at(kind: ClockKind, started_at: datetime, office: Office) -> datetime:
    """The moment a clock started at ``started_at`` (aware) is due. Never moved to a working day.

    SAFETY (児童虐待防止法8条): the office's hours after the notification. CONTACT: the hours that the office itself sets. WARRANT
    (児童福祉法33条): the last moment of the 7th calendar day in Japan, the day of the start being day 1. CUSTODY_END
    (児童福祉法33条12項): the last moment of the last day of two months. WARRANT_REVIEW (児童福祉法33条7項): the last moment
    of the 3rd day, the day after the ruling being day 1. PLACEMENT_TERM (児童福祉法28条2項): the last moment of the last day of
    two years.
    """
    start = started_at.astimezone(JAPAN)  # hours are added where no summer time bends them
    if kind in SIGHT:
        hours = office.safety_hours if kind is ClockKind.SAFETY else office.contact_hours
        return start + timedelta(hours=hours)
    if kind is ClockKind.CUSTODY_END:
        return end_of(last_day(start.date()))
    if kind is ClockKind.PLACEMENT_TERM:
        return end_of(last_day(start.date(), PLACEMENT_MONTHS))
    days = WARRANT_DAYS - 1 if kind is ClockKind.WARRANT else REVIEW_DAYS
    return end_of(start.date() + timedelta(days=days))


def end_of(day: date) -> datetime:
    """The last moment of a day in Japan."""
    return datetime.combine(day, time.max, JAPAN)


def told_at(clock: Clock, office: Office) -> dict[ClockWarningStep, datetime]:
    """When each step of a running clock is told, by the rules of the office; ``wall.warn_clocks`` obeys the same."""
    kind = ClockKind(clock.kind)
    rule, hours = WARNED_BY[kind]
    before = {step: getattr(office, name) * 24 for step, name in BEFORE_SOON.get(kind, {}).items()}
    before[ClockWarningStep.SOON] = getattr(office, rule) * hours
    return {
        **{step: max(clock.started_at, clock.due_at - timedelta(hours=n)) for step, n in before.items()},
        ClockWarningStep.DUE: clock.due_at,
        ClockWarningStep.LATE: clock.due_at + timedelta(hours=office.escalate_hours),
    }


def next_told(
    clock: Clock, office: Office, told: Collection[str], now: datetime
) -> tuple[ClockWarningStep, datetime] | None:
    """The step that is told next, and when; None when all are told. What has passed is no longer near."""
    moments = told_at(clock, office)
    following = dict(zip(moments, [*moments.values()][1:], strict=False))
    for step, at in moments.items():
        if step not in told and (step not in NOT_YET or following[step] > max(now, at)):
            return step, at
    return None


def check_may_start(case: Case, kind: ClockKind, started_at: datetime, by: Position, now: datetime) -> None:
    """Those who work on the case start its clocks, from a moment that has come (unless the duty can be done beforehand)."""
    check_may_edit(case, by)
    if started_at > now and kind not in BEFOREHAND:
        raise Refused("future", _("This moment lies in the future."))


def check_may_meet(clock: Clock, at: datetime, by: Position, now: datetime) -> None:
    """A running clock is met between its start and now."""
    check_may_edit(clock.case, by)
    _check_becomes(clock, ClockState.MET)
    if at > now:
        raise Refused("future", _("This moment lies in the future."))
    if at < clock.started_at and clock.kind not in BEFOREHAND:
        raise Refused("before_start", _("This moment lies before the time limit began."))


def check_may_end(clock: Clock, by: Position) -> None:
    """A running clock ends where its reason has gone."""
    check_may_edit(clock.case, by)
    _check_becomes(clock, ClockState.ENDED)


def _check_becomes(clock: Clock, state: ClockState) -> None:
    if state not in STATES[clock.state]:
        raise Refused("not_running", _("This time limit is no longer running."))
