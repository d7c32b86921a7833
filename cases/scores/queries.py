"""Test scores as they are kept. A scale and its number, nothing of what was asked or answered."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.scores.codes import Instrument


@dataclass(frozen=True)
class Result:
    """One test: which, when, who rated, and the score of each scale. ``occasion``: at which point of a help, in words."""

    instrument: Instrument
    on: date
    rater: str
    scores: tuple[tuple[str, int], ...]
    occasion: str = ""

    @property
    def typed(self) -> str:
        """The scores as they were typed."""
        return "\n".join(f"{scale} {score}" for scale, score in self.scores)


def kept(tests: Iterable[Result]) -> str | None:
    """The tests as they are stored; None for none."""
    rows = [
        {"instrument": one.instrument, "on": one.on.isoformat(), "rater": one.rater, "scores": one.scores}
        for one in tests
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def results_in(stored: str | None, occasion: str = "") -> list[Result]:
    """The tests that were stored, the earliest first. An instrument that is unknown today is one of the others."""
    found = [
        Result(
            Instrument(one["instrument"]) if one["instrument"] in Instrument.values else Instrument.OTHER,
            date.fromisoformat(one["on"]),
            one["rater"],
            tuple((scale, score) for scale, score in one["scores"]),
            occasion,
        )
        for one in (json.loads(stored) if stored else [])
    ]
    return sorted(found, key=lambda one: one.on)
