"""What people type for a day or a moment in one box: read as it is meant or refused; never guessed, never lost."""

import datetime as dt
from contextlib import suppress

import pytest
from django import forms
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from face import fields
from face.typed_dates import Frame, read_day, read_moment, written
from face.wareki import EARLIEST, LATEST, NotADate, format_date

TODAY = dt.date(2026, 11, 28)
FRAME = Frame(TODAY)
PAST, AHEAD = Frame(TODAY, latest=TODAY), Frame(TODAY, earliest=TODAY)
THE_30TH = dt.date(2026, 11, 30)
days = st.dates(EARLIEST, LATEST)
times = st.times().map(lambda time: time.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    "text",
    ["R8.11.30", "Ｒ８．１１．３０", "令和8年11月30日", "令和８年１１月３０日（月）", "2026-11-30", "2026/11/30", "20261130",
     "11/30", "１１／３０", "11月30日", "11月30日(月)", "11-30", "11.30", " 11/30 "],
)  # fmt: skip
def test_a_day(text: str) -> None:
    assert read_day(text, FRAME) == THE_30TH


@pytest.mark.parametrize(
    ("text", "days_on"),
    [
        ("今日", 0),
        ("本日", 0),
        ("today", 0),
        ("Today", 0),
        ("昨日", -1),
        ("yesterday", -1),
        ("一昨日", -2),
        ("明日", 1),
    ],
)
def test_a_word(text: str, days_on: int) -> None:
    assert read_day(text, FRAME) == TODAY + dt.timedelta(days=days_on)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R8.11.30 10:31", (11, 30, 10, 31)),
        ("令和8年11月30日10時31分", (11, 30, 10, 31)),
        ("2026-11-30 10:31:59", (11, 30, 10, 31)),
        ("2026-11-30T10:31", (11, 30, 10, 31)),
        ("11/30　１０：３１", (11, 30, 10, 31)),
        ("今日 10:31", (11, 28, 10, 31)),
        ("昨日23時", (11, 27, 23, 0)),
        ("10:31", (11, 28, 10, 31)),
        ("9時半", (11, 28, 9, 30)),
        ("午後3時", (11, 28, 15, 0)),
        ("午後 3:05", (11, 28, 15, 5)),
        ("午後15時", (11, 28, 15, 0)),
        ("午前0時", (11, 28, 0, 0)),
        ("yesterday 3pm", (11, 27, 15, 0)),
        ("12:15 am", (11, 28, 0, 15)),
    ],
)
def test_a_moment(text: str, expected: tuple[int, int, int, int]) -> None:
    month, day, *time = expected
    assert read_moment(text, FRAME) == dt.datetime.combine(
        dt.date(2026, month, day), dt.time(time[0], time[1])
    )


@pytest.mark.parametrize(
    "text",
    ["", "不詳", "unknown", "あした頃", "11", "11/31", "2/30", "13/1", "0/0", "8.11.30", "R8.2.29", "11/30/2026", "30日", "今日?",
     "1" * 5000, "今日 今日", "11/30 11/30", "R8", "2026", "\u0000"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(NotADate):
        read_day(text, FRAME)


@pytest.mark.parametrize(
    "text",
    ["", "11/30", "R8.11.30", "今日", "24:00", "10:60", "午後12時", "午前12時", "午前13時", "13pm", "0am", "10:3", "110:31",
     "午後", "11/30 25:00", "11/31 10:31", "10:31 11/30", "10:31 10:31", "10:31(昨日)", "午後3時pm", "T10:31", "2026-11-30T"],
)  # fmt: skip
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(NotADate):
        read_moment(text, FRAME)


def test_a_year_is_filled_in_only_near_and_within_the_bounds() -> None:
    january = Frame(dt.date(2027, 1, 4))
    assert read_day("12/28", january) == dt.date(2026, 12, 28)
    assert read_day("4/1", Frame(dt.date(2026, 12, 1), earliest=dt.date(2026, 12, 1))) == dt.date(2027, 4, 1)
    for text, frame in (
        ("12/1", PAST),
        ("11/1", AHEAD),
        ("11/30", Frame(TODAY, near=False)),
        ("2/29", FRAME),
    ):
        with pytest.raises(NotADate, match=r"[Yy]ear|年"):
            read_day(text, frame)
    assert read_day("2/29", Frame(dt.date(2028, 3, 1))) == dt.date(2028, 2, 29)


@given(days, days)
def test_a_day_without_a_year_is_that_day_or_refused(day: dt.date, today: dt.date) -> None:
    for frame in (
        Frame(today),
        Frame(today, latest=today),
        Frame(today, earliest=today),
        Frame(today, near=False),
    ):
        try:
            found = read_day(f"{day.month}/{day.day}", frame)
        except NotADate:
            continue
        assert (found.month, found.day) == (day.month, day.day)
        assert frame.near
        assert (frame.earliest or found) <= found <= (frame.latest or found)
        assert abs(found - today) <= dt.timedelta(days=183)


@given(days, times, st.sampled_from(["ja", "en"]))
def test_what_the_box_shows_is_read_again(day: dt.date, time: dt.time, language: str) -> None:
    with translation.override(language):
        moment = dt.datetime.combine(day, time)
        assert read_day(written(day), FRAME) == day
        assert read_moment(written(moment), FRAME) == moment


@given(days, times)
def test_every_written_form_is_read(day: dt.date, time: dt.time) -> None:
    for style in ("full", "western", "day", "short"):
        text = format_date(day, "ja", style)
        assert read_day(text, FRAME) == day
        assert read_moment(f"{text} {time.hour}時{time.minute}分", FRAME) == dt.datetime.combine(day, time)


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_an_error(text: str) -> None:
    for read in (read_day, read_moment):
        with suppress(NotADate):
            assert isinstance(read(text, FRAME), dt.date)


class Both(forms.Form):
    """A day that may be unknown, and a moment."""

    day = fields.JapaneseDateField(required=False, allow_unknown=True)
    at = fields.JapaneseDateTimeField(required=False, latest=timezone.localdate)


def boxes(name: str, **more: str) -> dict[str, str]:
    return {f"{name}_{key}": value for key, value in more.items()}


def test_one_box_and_separate_boxes_agree_or_say_so() -> None:
    apart = boxes("day", era="reiwa", year="8", month="11", day="30")
    assert Both(apart | {"day": "2026-11-30"}).is_valid()
    differing = Both(apart | {"day": "2026-12-01"})
    assert differing.has_error("day", "two")
    html = str(differing["day"])
    assert 'value="2026-12-01"' in html
    assert 'value="30"' in html
    at = boxes("at", era="reiwa", year="8", month="11", day="1", hour="9", minute="0")
    assert Both(at | {"at": "R8.11.1 9:01"}).has_error("at", "two")
    assert Both(at | {"at": "R8.11.1 9:00"}).is_valid()


@pytest.mark.parametrize("text", ["たぶん春", "0", "不詳?", "R8.2.30"])
def test_what_is_not_understood_is_an_error_and_stays(text: str) -> None:
    form = Both({"day": text, "at": text})
    assert set(form.errors) == {"day", "at"}
    assert f'value="{text}"' in str(form["day"])
    assert f'value="{text}"' in str(form["at"])


def test_unknown_is_a_word_only_where_it_is_a_choice() -> None:
    form = Both({"day": "不詳", "at": "不詳"})
    assert set(form.errors) == {"at"}
    assert form.cleaned_data["day"] == fields.UNKNOWN
    assert Both({"day": "今日", "day_unknown": "on"}).has_error("day", "both")
