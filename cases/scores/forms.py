"""The part of a form in which tests are written: instrument, day, rater, and a scale and its score a line."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.scores.codes import Instrument
from cases.scores.queries import Result
from cases.scores.rules import scores_in
from face.fields import CodeField, JapaneseDateField, LongTextField
from face.forms import BaseForm, Row
from face.needed import Needed
from security.walls import clock

TEST = ("instrument", "on", "rater", "scores")
SHORT = 200


def test_fields(numbers: Iterable[int]) -> dict[str, forms.Field]:
    """The fields of so many tests; the name of each ends with the number of its test."""
    fields: dict[str, forms.Field] = {}
    for n in numbers:
        fields[f"instrument_{n}"] = CodeField(
            Instrument, label=format_lazy(_("Instrument {n}"), n=n), required=False
        )
        fields[f"on_{n}"] = JapaneseDateField(
            label=format_lazy(_("Date of test {n}"), n=n), latest=clock.today, required=False
        )
        fields[f"rater_{n}"] = forms.CharField(
            label=format_lazy(_("Rater of test {n}"), n=n), max_length=SHORT, required=False
        )
        fields[f"scores_{n}"] = LongTextField(
            label=format_lazy(_("Scores of test {n}"), n=n),
            rows=3,
            limit=1000,
            required=False,
            help_text=_("One scale a line: name, space, score. Never an item or an answer."),
        )
    return fields


def needed_of(numbers: Iterable[int]) -> dict[str, Needed]:
    """A test is written whole or not at all."""
    rows = [tuple(f"{name}_{n}" for name in TEST) for n in numbers]
    return {
        name: Needed(_("(required with a test)"), by=tuple(one for one in row if one != name))
        for row in rows
        for name in row
    }


def rows_of(numbers: Iterable[int]) -> tuple[Row, ...]:
    """How the fields stand: instrument and day beside each other, the rest below."""
    found: list[Row] = []
    for n in numbers:
        instrument, on, *rest = (f"{name}_{n}" for name in TEST)
        found += [(instrument, on), *rest]
    return tuple(found)


def check_scores(form: BaseForm, cleaned: dict[str, Any], numbers: Iterable[int]) -> None:
    """A score that is none of its instrument is refused beside its field; of the others ``tests_typed`` reads the numbers."""
    for n in numbers:
        scores, instrument = cleaned.get(f"scores_{n}"), cleaned.get(f"instrument_{n}")
        if scores and instrument:
            try:
                cleaned[f"parsed_{n}"] = scores_in(scores, instrument)
            except Refused as refusal:
                form.add_error(f"scores_{n}", str(refusal.reason))


def tests_typed(cleaned: dict[str, Any], numbers: Iterable[int]) -> list[Result]:
    """The tests that were typed; only of a valid form."""
    return [
        Result(cleaned[f"instrument_{n}"], cleaned[f"on_{n}"], cleaned[f"rater_{n}"], cleaned[f"parsed_{n}"])
        for n in numbers
        if cleaned.get(f"parsed_{n}")
    ]


def typed_tests(tests: Sequence[Result], numbers: Iterable[int]) -> dict[str, Any]:
    """Tests as the initial values of a form."""
    before: dict[str, Any] = {}
    for n, test in zip(numbers, tests, strict=False):
        before |= {
            f"instrument_{n}": test.instrument,
            f"on_{n}": test.on,
            f"rater_{n}": test.rater,
            f"scores_{n}": test.typed,
        }
    return before
