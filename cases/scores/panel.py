"""Test scores as a table, and as a drawing of those whose range is known (templates/cases/scores/scores.html)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from cases.scores.codes import RANGES
from cases.scores.queries import Result
from face.wareki import format_date

LINE, LONGEST, NUMBER, GAP = 22, 200, 40, 10
"""The drawing: how high a line is, how long the longest bar, the room for its number, and the gap between label and bar."""
WIDE, NARROW = 13.5, 7.5
"""How wide a letter of the labels is drawn, a full-width one and any other."""


@dataclass(frozen=True)
class Bar:
    """One line of the drawing: where it is, what it says, and how long it is."""

    y: int
    label: str
    left: int
    length: int
    score: int

    @property
    def end(self) -> int:
        """Where its number stands."""
        return self.left + self.length + 6

    @property
    def text_y(self) -> int:
        """Where its words stand."""
        return self.y + 15


def ranges_of(tests: Iterable[Result]) -> str:
    """The ranges against which the drawing shows these tests, in words."""
    drawn = dict.fromkeys(test.instrument for test in tests if test.instrument in RANGES)
    found = [f"{one.label} {RANGES[one][0]}–{RANGES[one][1]}" for one in drawn]
    return _(", ").join(found)


def bars_of(tests: Sequence[Result], *, over_time: bool = False) -> list[Bar]:
    """The scores of instruments whose range is known, each as its share of that range.

    ``over_time``: each scale stands below itself, the earliest first, and each bar says its day.
    """
    found = [
        (test, scale, score) for test in tests if test.instrument in RANGES for scale, score in test.scores
    ]
    if over_time:
        found.sort(key=lambda one: (one[0].instrument.value, one[1], one[0].on))
    labels = [_label(test, scale, over_time) for test, scale, _score in found]
    left, bars = max(map(_length, labels), default=0), []
    for n, (label, (test, _scale, score)) in enumerate(zip(labels, found, strict=True)):
        low, high = RANGES[test.instrument]
        length = round(LONGEST * (score - low) / (high - low))
        bars.append(Bar(n * LINE, label, left, length, score))
    return bars


def _label(test: Result, scale: str, over_time: bool) -> str:
    label = f"{test.instrument.label} {scale}"
    return f"{label}　{format_date(test.on, style='short')}" if over_time else label


def _length(label: str) -> int:
    """Where a bar begins that has this label."""
    wide = sum(east_asian_width(letter) in "WF" for letter in label)
    return round(wide * WIDE + (len(label) - wide) * NARROW) + GAP


def drawn(tests: Sequence[Result], *, over_time: bool = False) -> dict[str, Any]:
    """What the table and the drawing say. ``over_time``: of one help, at several points of it."""
    bars = bars_of(tests, over_time=over_time)
    columns: list[Any] = [_("Occasion")] if over_time else []
    columns += [_("Instrument"), _("Date"), _("Rater"), _("Scale"), {"label": _("Score"), "number": True}]
    return {
        "tests": tests,
        "over_time": over_time,
        "columns": columns,
        "bars": bars,
        "ranges": ranges_of(tests),
        "plot": {
            "width": max((bar.left for bar in bars), default=0) + LONGEST + NUMBER,
            "height": len(bars) * LINE,
        },
    }
