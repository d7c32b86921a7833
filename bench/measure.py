"""Timing and the table: medians of runs that take turns, so that a busy minute of the machine falls on every side alike."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Timed = Callable[[], object]


@dataclass(frozen=True)
class Side:
    """What is timed, and what is made ready before each run without being timed."""

    run: Timed
    ready: Timed = lambda: None


def medians(sides: Mapping[str, Side], runs: int) -> dict[str, float]:
    """Milliseconds of each side: the median of ``runs`` runs in which all sides take turns, after two that do not count.

    The order is turned round in every other run, so that no side always comes after the same one.
    """
    taken: dict[str, list[float]] = {name: [] for name in sides}
    gc.collect()
    gc.disable()
    try:
        for run in range(runs + 2):
            for name in list(sides)[:: 1 if run % 2 else -1]:
                sides[name].ready()
                began = time.perf_counter()
                sides[name].run()
                if run >= 2:
                    taken[name].append((time.perf_counter() - began) * 1000)
            gc.collect()
    finally:
        gc.enable()
    return {name: statistics.median(times) for name, times in taken.items()}


@dataclass(frozen=True)
class Row:
    """One measured thing: its milliseconds, those of its baseline, and how many times the baseline it may take (None: report)."""

    what: str
    measured: float
    baseline: float
    aim: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the baseline."""
        return self.measured / self.baseline

    @property
    def verdict(self) -> str:
        """Met, or missed and by how much."""
        if self.aim is None:
            return "reported"
        if self.ratio <= self.aim:
            return "met"
        return f"missed by {(self.ratio / self.aim - 1) * 100:.0f} %"

    def line(self) -> str:
        """One line of the table."""
        aim = f"≤ {self.aim:.2f}" if self.aim else "-"
        return f"  {self.what:<66} {self.measured:>8.2f} {self.baseline:>8.2f} {self.ratio:>6.2f} {aim:>7}  {self.verdict}"


@dataclass
class Part:
    """One part of the bench: what is compared with what, on which data, and what came out."""

    title: str
    about: list[str]
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)

    def text(self, *, plans: bool = False) -> str:
        """The part as plain text; with ``plans`` the query plans too."""
        head = f"  {'':<66} {'ms':>8} {'base ms':>8} {'ratio':>6} {'aim':>7}"
        rows = [head, *(row.line() for row in self.rows)] if self.rows else []
        lines = [self.title, *(f"  {line}".rstrip() for line in self.about), *rows]
        lines += [f"  {line}" for line in self.notes]
        return "\n".join(lines + (self.plans if plans else []))
