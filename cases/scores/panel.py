"""Test scores as a table, and as a drawing of those whose range is known (templates/cases/scores/scores.html)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.scores.codes import RANGES
from cases.scores.queries import Result
from face.wareki import format_date

WIDTH, LINE, LEFT, DATED = 480, 22, 180, 140
"""The drawing: how wide it is, how high a line, where the bars begin, and by how much later where each names its day."""


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
    left, bars = LEFT + (DATED if over_time else 0), []
    for n, (test, scale, score) in enumerate(found):
        low, high = RANGES[test.instrument]
        length = round((WIDTH - LEFT - 40) * (score - low) / (high - low))
        label = f"{test.instrument.label} {scale}"
        if over_time:
            label += f"　{format_date(test.on, style='short')}"
        bars.append(Bar(n * LINE, label, length, score, left + length + 6))
    return bars


def drawn(tests: Sequence[Result], *, over_time: bool = False) -> dict[str, Any]:
    """What the table and the drawing say. ``over_time``: of one help, at several points of it."""
    bars = bars_of(tests, over_time=over_time)
    later = DATED if over_time else 0
    columns: list[Any] = [_("Occasion")] if over_time else []
    columns += [_("Instrument"), _("Date"), _("Rater"), _("Scale"), {"label": _("Score"), "number": True}]
    return {
        "tests": tests,
        "over_time": over_time,
        "columns": columns,
        "bars": bars,
        "ranges": ranges_of(tests),
        "plot": {"width": WIDTH + later, "height": len(bars) * LINE, "left": LEFT + later},
    }
