"""Eras: conversion both ways, both written forms, reading in any width, age and fiscal year."""

import contextlib
import datetime as dt

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from face import wareki

FIRST_DAYS = [
    (dt.date(1868, 9, 8), "meiji", "明治元年9月8日"),
    (dt.date(1912, 7, 29), "meiji", "明治45年7月29日"),
    (dt.date(1912, 7, 30), "taisho", "大正元年7月30日"),
    (dt.date(1926, 12, 24), "taisho", "大正15年12月24日"),
    (dt.date(1926, 12, 25), "showa", "昭和元年12月25日"),
    (dt.date(1989, 1, 7), "showa", "昭和64年1月7日"),
    (dt.date(1989, 1, 8), "heisei", "平成元年1月8日"),
    (dt.date(2019, 4, 30), "heisei", "平成31年4月30日"),
    (dt.date(2019, 5, 1), "reiwa", "令和元年5月1日"),
    (dt.date(2025, 6, 1), "reiwa", "令和7年6月1日"),
]


@pytest.mark.parametrize(("day", "code", "text"), FIRST_DAYS)
def test_first_and_last_days_of_eras(day: dt.date, code: str, text: str) -> None:
    era = wareki.era_of(day)
    assert era is not None
    assert era.code == code
    assert wareki.format_date(day, style="day") == text
    assert wareki.parse_date(text) == day


def test_before_meiji_only_the_western_year_is_shown() -> None:
    assert wareki.era_of(dt.date(1868, 9, 7)) is None
    assert wareki.format_date(dt.date(1800, 1, 2)) == "1800年1月2日"


def test_each_place_has_its_form_of_a_date() -> None:
    day = dt.date(2025, 6, 1)
    assert wareki.format_date(day) == "令和7年6月1日（日）"
    assert wareki.format_date(day, style="western") == "令和7年（2025年）6月1日（日）"
    assert wareki.format_date(day, style="day") == "令和7年6月1日"
    assert wareki.format_date(day, "en") == "Sunday, 1 June 2025"
    assert wareki.format_date(day, "en", "day") == "1 June 2025"
    assert wareki.format_date(day, style="short") == "R7.6.1"
    assert wareki.format_date(day, "en", "short") == "1 Jun 2025"


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="style"):
        wareki.format_date(dt.date(2025, 6, 1), style="long")


def test_a_moment_is_shown_in_japan_time() -> None:
    moment = dt.datetime(2025, 5, 31, 15, 5, tzinfo=dt.UTC)
    with timezone.override("Asia/Tokyo"):
        assert wareki.format_datetime(moment) == "令和7年6月1日（日）0時05分"
        assert wareki.format_datetime(moment, style="short") == "R7.6.1 00:05"
        assert wareki.format_datetime(moment, "en") == "Sunday, 1 June 2025, 00:05"
        assert wareki.format_datetime(moment, "en", "short") == "1 Jun 2025 00:05"


@pytest.mark.parametrize(
    "text",
    [
        "令和7年6月1日", "令和7年6月1日(日)（2025年）", "令和7年（2025年）6月1日（日）",
        "R7.6.1", "r7-6-1", "Ｒ７．６．１", "令和７年６月１日", "2025-06-01",
        "2025/6/1", "２０２５年６月１日", "２０２５－０６－０１", "2025.6.1", "20250601", "　2025 年 6 月 1 日　",
    ],
)  # fmt: skip
def test_a_day_is_read_in_any_calendar_and_width(text: str) -> None:
    assert wareki.parse_date(text) == dt.date(2025, 6, 1)


NO_DAYS = ["", "昨日", "7.6.1", "R7.13.1", "2025-02-29", "0001-01-01", "R0.1.1", "9" * 500, "令和元年4月30日"]


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(wareki.NotADate):
        wareki.parse_date(text)


@pytest.mark.parametrize(
    "parts", [(10**22, 1, 1), (7, 10**22, 1), (7, 1, -(10**30)), (2200, 1, 1), (9999, 12, 31)]
)
def test_parts_beyond_any_calendar_are_refused(parts: tuple[int, int, int]) -> None:
    with pytest.raises(wareki.NotADate):
        wareki.from_parts("reiwa", *parts)


def test_a_day_outside_the_chosen_era_names_the_right_one() -> None:
    with pytest.raises(wareki.NotADate, match="令和元年5月1日"):
        wareki.from_parts("heisei", 31, 5, 1)


def test_a_western_year_wins_over_the_chosen_era() -> None:
    assert wareki.from_parts("reiwa", 2017, 4, 10) == dt.date(2017, 4, 10)


@given(st.dates(min_value=wareki.EARLIEST, max_value=dt.date(2100, 12, 31)))
def test_what_is_written_can_be_read(day: dt.date) -> None:
    for style in ("full", "day", "short"):
        assert wareki.parse_date(wareki.format_date(day, "ja", style)) == day


@given(st.text(max_size=40))
def test_reading_never_fails_in_another_way(text: str) -> None:
    with contextlib.suppress(wareki.NotADate):
        assert isinstance(wareki.parse_date(text), dt.date)


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (dt.date(2016, 4, 10), dt.date(2026, 4, 9), 9),
        (dt.date(2016, 4, 10), dt.date(2026, 4, 10), 10),
        (dt.date(2016, 2, 29), dt.date(2025, 2, 28), 8),
        (dt.date(2016, 2, 29), dt.date(2025, 3, 1), 9),
        (dt.date(2026, 4, 10), dt.date(2026, 4, 10), 0),
    ],
)
def test_age_in_full_years(birth: dt.date, on: dt.date, years: int) -> None:
    assert wareki.age_on(birth, on) == years


def test_era_names_follow_the_language() -> None:
    assert wareki.era_label("reiwa") == "令和"
    assert wareki.era_label(wareki.GREGORIAN) == "西暦"
    with translation.override("en"):
        assert wareki.era_label("reiwa") == "Reiwa"
