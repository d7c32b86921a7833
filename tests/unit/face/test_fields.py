"""Fields: any width is accepted, names stay byte for byte, broken characters are refused with a sentence."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from hypothesis import given
from hypothesis import strategies as st

from face import fields, text

NAMES = [
    "髙橋",
    "山﨑",
    "𠮷田",
    "渡邉",
    "\ufa19保",
    "葛\U000e0100城",
    "辻\ufe00",
    "森",
    "①㈱",
    "ﾔﾏﾀﾞ",
    "王　小明",
    "か\u3099",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_stored_byte_for_byte(name: str) -> None:
    assert fields.NameField().clean(name).encode() == name.encode()


@pytest.mark.parametrize("name", NAMES)
def test_only_outer_blanks_of_a_name_go(name: str) -> None:
    assert fields.NameField().clean(f"　 {name}\u3000 ") == name


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Z"]), min_size=1, max_size=50)
)
def test_any_writable_name_survives(name: str) -> None:
    if not text.broken_characters(name):
        assert fields.NameField().clean(name) == name


@pytest.mark.parametrize("broken", ["\0", "\x1f", "\x7f", "\ud83d", "\u202e", "\ufffd", "\uffff", "\n"])  # noqa: PT014 - a lone surrogate and U+FFFD are not the same
def test_a_broken_character_is_named(broken: str) -> None:
    with pytest.raises(ValidationError) as caught:
        fields.NameField().clean(f"山田{broken}")
    assert f"U+{ord(broken):04X}" in caught.value.messages[0]


READINGS = [
    ("やまだ", "ヤマダ"),
    ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ"),
    ("ヤマダ　ハナコ", "ヤマダ　ハナコ"),
    ("ゔぃ", "ヴィ"),
    ("ｻﾆｰ", "サニー"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "kana"), READINGS)
def test_kana_becomes_full_width_katakana(typed: str, kana: str) -> None:
    assert fields.KanaField(required=False).clean(typed) == kana


def test_kana_refuses_kanji_and_takes_unknown_only_where_allowed() -> None:
    with pytest.raises(ValidationError):
        fields.KanaField().clean("山田")
    with pytest.raises(ValidationError):
        fields.KanaField().clean("不詳")
    for word in ("不詳", " unknown "):
        assert fields.KanaField(allow_unknown=True).clean(word) == fields.KANA_UNKNOWN


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("03-1234-5678", "03-1234-5678"), ("０３－１２３４－５６７８", "03-1234-5678"), ("03ー1234ー5678", "03-1234-5678"),
        ("(03) 1234 5678", "03-1234-5678"), ("09012345678", "09012345678"), ("＋81 90−1234‐5678", "+81-90-1234-5678"),
        ("#8891", "#8891"), ("110", "110"), ("", ""),
    ],
)  # fmt: skip
def test_a_telephone_number_in_any_width(typed: str, number: str) -> None:
    assert fields.PhoneField(required=False).clean(typed) == number


@pytest.mark.parametrize("typed", ["12", "abc", "03-1234-5678x", "1" * 16, "--"])
def test_what_is_no_telephone_number(typed: str) -> None:
    with pytest.raises(ValidationError):
        fields.PhoneField().clean(typed)


def test_codes_and_mail_addresses_become_half_width() -> None:
    assert fields.HalfWidthField().clean("　２０２６－０１２３") == "2026-0123"
    assert fields.EmailField().clean("ａ＠ｅｘａｍｐｌｅ．ｊｐ") == "a@example.jp"
    with pytest.raises(ValidationError):
        fields.EmailField().clean("a at example")


def test_long_text_keeps_lines_and_says_by_how_much_it_is_too_long() -> None:
    field = fields.LongTextField(limit=10)
    assert field.clean("一行目\r\n二行目") == "一行目\n二行目"
    with pytest.raises(ValidationError) as caught:
        field.clean("あ" * 13)
    assert "3" in caught.value.messages[0]
    assert "maxlength" not in field.widget.attrs


class Birth(forms.Form):
    """One date field that may be unknown."""

    birth = fields.JapaneseDateField(allow_unknown=True, latest=lambda: dt.date(2026, 1, 1))


def parts(**more: str) -> dict[str, str]:
    return {f"birth_{key}": value for key, value in more.items()}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (parts(era="heisei", year="28", month="4", day="10"), dt.date(2016, 4, 10)),
        (parts(era="gregorian", year="2016", month="04", day="10"), dt.date(2016, 4, 10)),
        (parts(era="reiwa", year="2016", month="4", day="10"), dt.date(2016, 4, 10)),
        (parts(era="heisei", year="２８", month="４", day="１０"), dt.date(2016, 4, 10)),
        (parts(era="reiwa", year="元", month="5", day="1"), dt.date(2019, 5, 1)),
        (parts(era="reiwa", year="平成28年4月10日", month="", day=""), dt.date(2016, 4, 10)),
        ({"birth": "2016-04-10"}, dt.date(2016, 4, 10)),
        ({"birth": "H28.4.10"}, dt.date(2016, 4, 10)),
        (parts(era="reiwa", year="", month="", day="", unknown="on"), fields.UNKNOWN),
        ({"birth": "unknown"}, fields.UNKNOWN),
    ],
)
def test_a_date_in_either_calendar(data: dict[str, str], expected: object) -> None:
    form = Birth(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["birth"] == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (parts(era="reiwa", year="", month="", day=""), "required"),
        (parts(era="reiwa", year="7", month="", day="1"), "incomplete"),
        (parts(era="reiwa", year="七", month="1", day="1"), "number"),
        (parts(era="reiwa", year="7", month="2", day="30"), "invalid"),
        (parts(era="reiwa", year="1", month="4", day="30"), "invalid"),
        (parts(era="nonsense", year="7", month="4", day="30"), "invalid"),
        (parts(era="reiwa", year="8", month="1", day="2"), "late"),
        (parts(era="reiwa", year="7", month="1", day="2", unknown="on"), "both"),
        ({"birth": "x" * 5000}, "invalid"),
    ],
)
def test_a_date_that_is_none(data: dict[str, str], code: str) -> None:
    form = Birth(data)
    assert form.has_error("birth", code), form.errors.as_json()


def test_has_changed_compares_days_not_boxes() -> None:
    same = parts(era="gregorian", year="2016", month="4", day="10")
    assert not Birth(same, initial={"birth": dt.date(2016, 4, 10)}).has_changed()
    assert Birth(same, initial={"birth": "2016-04-11"}).has_changed()


class Taken(forms.Form):
    """One moment."""

    at = fields.JapaneseDateTimeField()


@pytest.mark.parametrize(
    "data",
    [
        {
            "at_era": "reiwa",
            "at_year": "7",
            "at_month": "6",
            "at_day": "1",
            "at_hour": "９",
            "at_minute": "5",
        },
        {"at": "2025-06-01T09:05"},
        {"at": "2025-06-01T00:05:00+00:00"},
    ],
)
def test_a_moment_is_aware_and_in_japan_time(data: dict[str, str]) -> None:
    form = Taken(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == dt.datetime(2025, 6, 1, 0, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "whole",
    ["0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "9999-12-31T23:59", "T25"],
)
def test_a_moment_beyond_any_calendar_is_refused(whole: str) -> None:
    assert not Taken({"at": whole}).is_valid()


@pytest.mark.parametrize(
    ("hour", "minute"), [("24", "0"), ("9", "9" * 23), ("", "0"), ("9", "60"), ("x", "1"), ("9", "")]
)
def test_a_time_that_is_none(hour: str, minute: str) -> None:
    day = {"at_era": "reiwa", "at_year": "7", "at_month": "6", "at_day": "1"}
    form = Taken({**day, "at_hour": hour, "at_minute": minute})
    assert form.has_error("at", "time")


class Colour(TextChoices):
    RED = "red", "Red"
    BLUE = "blue", "Blue"
    NONE = "none", "None"


class Coloured(forms.Form):
    one = fields.CodeField(Colour, without=Colour.NONE, choose="Choose", required=False)
    many = fields.CodesField(Colour, required=False)


def test_a_posted_code_becomes_the_code_itself() -> None:
    form = Coloured({"one": "blue", "many": ["red", "none"]})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["one"] is Colour.BLUE
    assert [type(code) for code in form.cleaned_data["many"]] == [Colour, Colour]
    empty = Coloured({})
    assert empty.is_valid()
    assert empty.cleaned_data == {"one": None, "many": []}


@pytest.mark.parametrize("posted", [{"one": "green"}, {"one": "none"}, {"many": ["green"]}])
def test_an_unknown_code_is_refused(posted: dict[str, Any]) -> None:
    assert not Coloured(posted).is_valid()
