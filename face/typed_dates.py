"""A date or a moment typed in one box, as people write it: R8.11.30, 2026-11-30, 11/30, 今日; 今日 10:31, 午後3時.

What is missing is taken from now, and only where that is no guess: a day without a year is the nearest one, within half a year
and within the bounds of its field; a time without a day is today's. Anything else raises NotADate; nothing is ever passed over.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from face.text import half_width, unify_hyphens
from face.wareki import NotADate, era_of, format_date, is_japanese, parse_date

_WORDS = {
    **dict.fromkeys(("今日", "本日", "きょう", "today"), 0),
    **dict.fromkeys(("昨日", "きのう", "yesterday"), -1),
    **dict.fromkeys(("一昨日", "おととい"), -2),
    **dict.fromkeys(("明日", "あした", "tomorrow"), 1),
}
UNKNOWN_WORD = "不詳"
_MONTH_DAY = re.compile(r"^(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?$")
_TIME = re.compile(
    r"(?<!\d)(?P<half>午前|午後)?\s*(?P<hour>\d{1,2})\s*"
    r"(?::\s*(?P<minute>\d{2})(?::\d{2})?|時\s*(?:(?P<written>\d{1,2})\s*分|(?P<thirty>半))?|(?=\s*[ap]m$))\s*(?P<english>[ap]m)?$",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\((?:[月火水木金土日]|\d{4}年?)\)")
_HALF_A_YEAR = dt.timedelta(days=183)


@dataclass(frozen=True)
class Frame:
    """What a short date is read against: today, and the days its field takes. Without ``near`` a year is never filled in."""

    today: dt.date
    earliest: dt.date | None = None
    latest: dt.date | None = None
    near: bool = True

    def takes(self, day: dt.date) -> bool:
        """Whether a day without a year may be meant by this one."""
        within = (self.earliest or day) <= day <= (self.latest or day)
        return within and abs(day - self.today) <= _HALF_A_YEAR


def read_day(text: str, frame: Frame) -> dt.date:
    """The day written in ``text``. Raises NotADate, with the sentence for the reader."""
    plain = _plain(text)
    if plain.lower() in _WORDS:
        return frame.today + dt.timedelta(days=_WORDS[plain.lower()])
    match = _MONTH_DAY.match(plain)
    return _nearest(int(match["month"]), int(match["day"]), frame) if match else parse_date(plain)


def read_moment(text: str, frame: Frame) -> dt.datetime:
    """The moment written in ``text``, by the clock of the current time zone, or as aware as an ISO text says. Raises NotADate."""
    plain = _plain(text)
    if "T" in plain and plain[:1].isdigit():
        return _iso(plain)
    match = _TIME.search(plain)
    if match is None:
        read_day(plain, frame)  # says what is wrong with the day, if anything is
        raise NotADate(_("Enter the time, too, such as 10:31."))
    before = plain[: match.start()].strip()
    day = read_day(before, frame) if before else frame.today
    return dt.datetime.combine(day, _time(match))


def written(value: dt.date | dt.datetime) -> str:
    """A stored day or moment as the box shows it, to be read again: R8.11.30 10:31; 2026-11-30 10:31 in English."""
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{written(local.date())} {local:%H:%M}"
    return format_date(value, style="short") if is_japanese() and era_of(value) else value.isoformat()


def _plain(text: str) -> str:
    return _REMARK.sub("", unify_hyphens(half_width(text))).strip()


def _nearest(month: int, day: int, frame: Frame) -> dt.date:
    found = []
    for year in (frame.today.year - 1, frame.today.year, frame.today.year + 1):
        try:
            found.append(dt.date(year, month, day))
        except ValueError:  # also the 29th of February of another year
            continue
    if not found and (month, day) != (2, 29):
        raise NotADate(_("There is no such day in the calendar."))
    meant = [one for one in found if frame.near and frame.takes(one)]
    if not meant:
        raise NotADate(_("Enter the year, too."))
    return min(meant, key=lambda one: abs(one - frame.today))


def _time(match: re.Match[str]) -> dt.time:
    hour, minute = (
        int(match["hour"]),
        int(match["minute"] or match["written"] or (30 if match["thirty"] else 0)),
    )
    half, english = match["half"], (match["english"] or "").lower()
    # 午前12時 and 午後12時 are read in two ways: the 24-hour clock has to say which.
    if (
        (half and english)
        or (half and hour == 12)
        or (english and not 1 <= hour <= 12)
        or (half == "午前" and hour > 12)
    ):
        raise NotADate(_("Enter the time by the 24-hour clock, such as 15:00."))
    afternoon = english == "pm" or half == "午後"
    hour = hour % 12 if english else hour
    try:
        return dt.time(hour + 12 if afternoon and hour < 12 else hour, minute)
    except ValueError as error:
        raise NotADate(_("Enter the hour (0 to 23) and the minutes (0 to 59).")) from error


def _iso(plain: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(plain)
    except ValueError as error:
        raise NotADate(_("Enter the hour (0 to 23) and the minutes (0 to 59).")) from error
    parse_date(moment.date().isoformat())  # within what is recorded at all
    return moment
