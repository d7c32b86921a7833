"""Test scores: as they are typed, kept, listed and drawn. A scale and its number, nothing of what was asked or answered."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.staff.rules import Refused
from cases.diagnoses.codes import RANGES, Instrument
from cases.diagnoses.models import Findings
from security.encryption.fields import reveal

_SCALE = re.compile(r"^(?P<scale>.*?\S)[\s:：=]+(?P<score>[-+]?\d{1,4})$")
_DIGITS = str.maketrans("０１２３４５６７８９－＋＝　", "0123456789-+= ")
WIDTH, LINE, LEFT = 480, 22, 180
"""The drawing: how wide it is, how high a line, and where the bars begin."""


@dataclass(frozen=True)
class Result:
    """One test: which, when, who rated, and the score of each scale."""

    instrument: Instrument
    on: date
    rater: str
    scores: tuple[tuple[str, int], ...]

    @property
    def typed(self) -> str:
        """The scores as they were typed."""
        return "\n".join(f"{scale} {score}" for scale, score in self.scores)


@dataclass(frozen=True)
class Bar:
    """One line of the drawing: where it is, what it says, and how long it is."""

    y: int
    label: str
    length: int
    score: int
    end: int

    @property
    def text_y(self) -> int:
        """Where its words stand."""
        return self.y + 15


def scores_in(text: str, instrument: Instrument) -> tuple[tuple[str, int], ...]:
    """What was typed, a scale and its score a line. Raises Refused for what is no number or lies outside the range."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        match = _SCALE.match(line.strip().translate(_DIGITS))
        if match is None:
            raise Refused(
                "scores", _("Write one scale a line: its name, a space, and its score in whole numbers.")
            )
        score = int(match["score"])
        low, high = RANGES.get(instrument, (score, score))
        if not low <= score <= high:
            raise Refused(
                "scores",
                _(
                    "A score lies outside the range of this instrument (%(low)s to %(high)s)."
                    " A converted score, such as a T score, is entered as another instrument."
                )
                % {"low": low, "high": high},
            )
        found.append((match["scale"], score))
    return tuple(found)


def kept(tests: Iterable[Result]) -> str | None:
    """The tests as they are stored; None for none."""
    rows = [
        {"instrument": one.instrument, "on": one.on.isoformat(), "rater": one.rater, "scores": one.scores}
        for one in tests
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def results_of(row: Findings | None) -> list[Result]:
    """The tests of the findings, the earliest first."""
    stored = reveal(row, "tests") if row is not None else None
    found = [
        Result(
            Instrument(one["instrument"]) if one["instrument"] in Instrument.values else Instrument.OTHER,
            date.fromisoformat(one["on"]),
            one["rater"],
            tuple((scale, score) for scale, score in one["scores"]),
        )
        for one in (json.loads(stored) if stored else [])
    ]
    return sorted(found, key=lambda one: one.on)


def ranges_of(tests: Iterable[Result]) -> str:
    """The ranges against which the drawing shows these tests, in words."""
    drawn = dict.fromkeys(test.instrument for test in tests if test.instrument in RANGES)
    found = [f"{one.label} {RANGES[one][0]}–{RANGES[one][1]}" for one in drawn]
    return gettext(", ").join(found)


def bars_of(tests: Iterable[Result]) -> list[Bar]:
    """The scores of instruments whose range is known, each as its share of that range."""
    bars: list[Bar] = []
    for test in tests:
        if test.instrument not in RANGES:
            continue
        low, high = RANGES[test.instrument]
        for scale, score in test.scores:
            length = round((WIDTH - LEFT - 40) * (score - low) / (high - low))
            label = f"{test.instrument.label} {scale}"
            bars.append(Bar(len(bars) * LINE, label, length, score, LEFT + length + 6))
    return bars
