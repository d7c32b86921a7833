"""Which days are nights' ends, and who receives a sheet."""

from datetime import date, datetime, time, timedelta

import jpholiday
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.nights.codes import BACK, CLOSED_DAYS, CLOSES, OPENS, RECEIVED_FROM
from cases.nights.models import NightSheet
from face.wareki import format_datetime

SATURDAY = 5
A_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """No weekend, no national holiday (with those moved to another day), no day on which offices are closed for New Year."""
    return (
        day.weekday() < SATURDAY and (day.month, day.day) not in CLOSED_DAYS and not jpholiday.is_holiday(day)
    )


def working_day(day: date, step: timedelta) -> date:
    """The nearest working day after ``day`` in the direction of ``step``, a day forwards or backwards."""
    day += step
    while not is_working_day(day):
        day += step
    return day


def at(day: date, hour: time) -> datetime:
    """A moment of an office's day."""
    return datetime.combine(day, hour, timezone.get_current_timezone())


def night_at(now: datetime) -> date:
    """The working day on which the last night began: after 17:15 this one, on a holiday and before 17:15 the last one."""
    today = timezone.localdate(now)
    if is_working_day(today) and at(today, CLOSES) <= now:
        return today
    return working_day(today, -A_DAY)


def going_on(now: datetime) -> tuple[date, date] | None:
    """The working days between which the night of this moment lasts; None by day."""
    night = night_at(now)
    morning = working_day(night, A_DAY)
    return (night, morning) if now < at(morning, OPENS) else None


def has_sheet(night: date, now: datetime) -> bool:
    """Whether there is a sheet: a night that began on a working day, has begun, and is not longer ago than the wall answers."""
    today = timezone.localdate(now)
    return today - BACK * A_DAY <= night <= today and is_working_day(night) and at(night, CLOSES) <= now


def check_may_take(night: date, kept: NightSheet | None, by: Position, now: datetime) -> None:
    """Once, in the morning, by whoever takes contacts or reviews a line."""
    if not by.may(Permission.REVIEW_LINE):
        check_role_may(by, Permission.TAKE_CONTACTS)
    if kept is not None:
        raise Refused("taken", _("This sheet has been received already."))
    morning = at(working_day(night, A_DAY), RECEIVED_FROM)
    if now < morning:
        text = _("The night is not over. The sheet can be received from %(moment)s.")
        raise Refused("early", text % {"moment": format_datetime(morning)})
