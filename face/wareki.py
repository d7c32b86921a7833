"""Japanese eras (和暦): conversion, formatting, reading and age.

Official forms write dates in the era calendar, staff type either calendar in either width, and what
is stored is ISO, which sorts. Era starts: 明治 1868-09-08, 大正 1912-07-30, 昭和 1926-12-25,
平成 1989-01-08 (昭和64年政令1号), 令和 2019-05-01 (平成31年政令143号). The first year of an era is written 元年.

The two written forms are here as data and not in the message catalogue: a date must read the same
whether or not a catalogue is complete.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from face.text import half_width, unify_hyphens

GREGORIAN = "gregorian"


@dataclass(frozen=True)
class Era:
    """One era: `code` is stored and sent in forms, `start` is its first day."""

    code: str
    letter: str
    kanji: str
    romaji: str
    start: dt.date


ERAS = (
    Era("reiwa", "R", "令和", "Reiwa", dt.date(2019, 5, 1)),
    Era("heisei", "H", "平成", "Heisei", dt.date(1989, 1, 8)),
    Era("showa", "S", "昭和", "Showa", dt.date(1926, 12, 25)),
    Era("taisho", "T", "大正", "Taisho", dt.date(1912, 7, 30)),
    Era("meiji", "M", "明治", "Meiji", dt.date(1868, 9, 8)),
)
EARLIEST = ERAS[-1].start
# Nothing that is recorded is later; further on, a deadline or another time zone would leave what Python can count.
LATEST = dt.date(2199, 12, 31)
_BY_NAME = {name.lower(): era for era in ERAS for name in (era.code, era.letter, era.kanji)}

_WEEKDAYS_JA = "月火水木金土日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_SEPARATED = re.compile(
    r"^(?P<era>明治|大正|昭和|平成|令和|[MTSHR])?\s*(?P<year>\d{1,4}|元)\s*[年./-]\s*"
    r"(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?$",
    re.IGNORECASE,
)
_EIGHT_DIGITS = re.compile(r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$")
_REMARKS = re.compile(r"\([^()]*\)")


class NotADate(ValueError):
    """The text or the parts name no day of the calendar; the message is written for the reader."""


def era_of(day: dt.date) -> Era | None:
    """The era `day` falls in, or None before 明治."""
    return next((era for era in ERAS if day >= era.start), None)


def era_year(day: dt.date) -> tuple[Era | None, int]:
    """The era and the year within it (1 = 元年); (None, western year) before 明治."""
    era = era_of(day)
    if era is None:
        return None, day.year
    return era, day.year - era.start.year + 1


def from_parts(era_code: str, year: int, month: int, day: int) -> dt.date:
    """The day named by an era code (or `gregorian` or "") with year, month and day.

    A year of 1868 or later is a western year whatever era is chosen, since 令和2017年 is never meant.
    Raises NotADate, naming the right era when the day is outside the chosen one.
    """
    era = _BY_NAME.get(era_code.lower())
    western = year if era is None or year >= EARLIEST.year else era.start.year + year - 1
    try:
        result = dt.date(western, month, day)
    except (ValueError, OverflowError) as error:  # a year of twenty digits overflows
        raise NotADate(_("There is no such day in the calendar.")) from error
    if result < EARLIEST:
        raise NotADate(_("Enter a year from 1868 (Meiji 1) on."))
    if result > LATEST:
        raise NotADate(_("Enter a year before 2200."))
    if era is not None and western != year and era_of(result) is not era:
        raise NotADate(_("That day is written %(right)s.") % {"right": format_date(result, style="day")})
    return result


def parse_date(text: str) -> dt.date:
    """The day written in `text`: 西暦 or 和暦, any width, with 年月日, dots, slashes or hyphens.

    Examples: 令和7年6月1日(日), R7.6.1, Ｈ３１／４／３０, 2025-06-01, 20250601. Raises NotADate.
    """
    plain = _REMARKS.sub("", unify_hyphens(half_width(text))).strip()
    match = _SEPARATED.match(plain) or _EIGHT_DIGITS.match(plain)
    if match is None:
        raise NotADate(_("Enter a date such as 2025-06-01 or R7.6.1."))
    parts = match.groupdict()
    year = 1 if parts["year"] == "元" else int(parts["year"])
    if not parts.get("era") and year < EARLIEST.year:
        raise NotADate(_("Choose the era, or enter the year in four digits."))
    return from_parts(parts.get("era") or GREGORIAN, year, int(parts["month"]), int(parts["day"]))


def is_japanese(language: str | None = None) -> bool:
    """Whether `language` (default: the active one) is written in the era calendar."""
    return (language or get_language() or "ja").startswith("ja")


def _japanese(day: dt.date, style: str) -> str:
    era, year = era_year(day)
    if era is None:
        return f"{day.year}年{day.month}月{day.day}日"
    if style == "short":
        return f"{era.letter}{year}.{day.month}.{day.day}"
    western = f"（{day.year}年）" if style == "western" else ""
    base = f"{era.kanji}{'元' if year == 1 else year}年{western}{day.month}月{day.day}日"
    return base if style == "day" else f"{base}（{_WEEKDAYS_JA[day.weekday()]}）"


def _english(day: dt.date, style: str) -> str:
    month = _MONTHS_EN[day.month - 1]
    if style == "short":
        return f"{day.day} {month[:3]} {day.year}"
    base = f"{day.day} {month} {day.year}"
    return base if style == "day" else f"{_WEEKDAYS_EN[day.weekday()]}, {base}"


def format_date(day: dt.date, language: str | None = None, style: str = "full") -> str:
    """`day` as text in `language` (default: the active one).

    Styles: full (in text) 令和7年6月1日（日） / Sunday, 1 June 2025; western, once on a sheet, 令和7年（2025年）6月1日（日）;
    day (of birth) 令和7年6月1日 / 1 June 2025; short (in tables) R7.6.1 / 1 Jun 2025. An unknown style raises ValueError.
    """
    if style not in ("full", "western", "day", "short"):
        raise ValueError(f"unknown date style {style!r}")
    return _japanese(day, style) if is_japanese(language) else _english(day, style)


def format_month(day: dt.date, language: str | None = None) -> str:
    """The month of `day`: 令和7年6月 / June 2025."""
    if is_japanese(language):
        return _japanese(day.replace(day=1), "day").removesuffix("1日")
    return f"{_MONTHS_EN[day.month - 1]} {day.year}"


def format_datetime(moment: dt.datetime, language: str | None = None, style: str = "full") -> str:
    """`moment` in the current time zone: `format_date` with the hour, 10時31分 in Japanese text and 10:31 elsewhere."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    day = format_date(local.date(), language, style)
    if style == "short":
        return f"{day} {local:%H:%M}"
    if is_japanese(language):
        return f"{day}{local.hour}時{local:%M}分"
    return f"{day}, {local:%H:%M}"


def era_label(code: str, language: str | None = None) -> str:
    """The name of an era code (or `gregorian`) for a select box in `language`."""
    japanese = is_japanese(language)
    era = _BY_NAME.get(code)
    if era is None:
        return "西暦" if japanese else "Western year"
    return era.kanji if japanese else era.romaji


def age_on(birth: dt.date, on: dt.date) -> int:
    """Full years of age (満年齢) on a day; a 29 February birthday counts from 1 March in common years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def grade_by_age(birth: dt.date, on: dt.date) -> int:
    """The school year that a child born on `birth` is in by age on the day `on` (学校教育法17条): 1 to 6 elementary, to 9 junior
    high, to 12 high school; less before school, more after.

    Who turns six by 1 April begins that April: a birthday is reached at the end of the day before it (年齢計算ニ関スル法律).
    """
    begins = birth.year + (6 if (birth.month, birth.day) <= (4, 1) else 7)
    return on.year - (on.month < 4) - begins + 1


def school_year(birth: dt.date, on: dt.date) -> str:
    """The grade by age in words; "" before and after school."""
    grade = grade_by_age(birth, on)
    if not 1 <= grade <= 12:
        return ""
    if grade <= 6:
        return _("elementary school, year %(year)d") % {"year": grade}
    if grade <= 9:
        return _("junior high school, year %(year)d") % {"year": grade - 6}
    return _("of high school age, year %(year)d") % {"year": grade - 9}
