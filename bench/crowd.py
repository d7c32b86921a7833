"""Many people at once: each opens one page after another without pause, in a fixed mix, and the server's time is added up."""

import random
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.browse import Answer, Visitor

MIX = {"case": 60, "list": 20, "home": 10, "save": 10}
TICKS = 100.0  # of /proc, a second


@dataclass
class Figures:
    """What came out of some seconds of load. Times in milliseconds, of the answered requests by kind."""

    seconds: float = 0.0
    web: float = 0.0
    postgres: float = 0.0
    times: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in MIX})
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        """Take the figures of another turn of the same server in."""
        self.seconds += other.seconds
        self.web += other.web
        self.postgres += other.postgres
        self.errors += other.errors
        for kind, taken in other.times.items():
            self.times[kind] += taken

    @property
    def requests(self) -> int:
        """How many were answered as they should be."""
        return sum(map(len, self.times.values()))

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def processor(self) -> float:
        """Milliseconds of processor time a request, of web server and database."""
        return (self.web + self.postgres) * 1000 / self.requests

    def line(self, name: str) -> str:
        """One line of the table."""
        taken = sorted(time for times in self.times.values() for time in times)
        p50, p95, p99 = (taken[int(len(taken) * part)] for part in (0.5, 0.95, 0.99))
        medians = " ".join(
            f"{statistics.median(times) if times else 0:>6.0f}" for times in self.times.values()
        )
        return (
            f"  {name:<28} {self.requests:>7} {len(self.errors):>6} {self.rate:>7.1f} {p50:>6.0f} {p95:>6.0f} {p99:>6.0f}"
            f" {medians} {self.web * 1000 / self.requests:>7.1f} {self.postgres * 1000 / self.requests:>7.1f}"
        )


HEAD = (
    f"  {'':<28} {'answers':>7} {'errors':>6} {'a sec':>7} {'p50':>6} {'p95':>6} {'p99':>6}"
    f" {' '.join(f'{kind:>6}' for kind in MIX)} {'web ms':>7} {'db ms':>7}"
)


def drive(visitors: Sequence[Visitor], seconds: float, *, web: int, postgres: int, seed: int) -> Figures:
    """Let all visitors work for ``seconds``; ``web`` and ``postgres`` are the main processes whose time is added up.

    The same ``seed`` gives every server the same order of pages.
    """
    figures, guard, end = Figures(), threading.Lock(), time.monotonic() + seconds
    before = processor_of(web), processor_of(postgres)
    began = time.monotonic()

    def work(visitor: Visitor, dice: random.Random) -> None:
        while time.monotonic() < end:
            kind = dice.choices(list(MIX), list(MIX.values()))[0]
            asked = time.perf_counter()
            try:
                trouble = _trouble(kind, _acts(visitor, dice)[kind]())
            except OSError as error:
                trouble = f"{kind}: {error}"
            taken = (time.perf_counter() - asked) * 1000
            with guard:
                if trouble:
                    figures.errors.append(trouble)
                else:
                    figures.times[kind].append(taken)

    threads = [
        threading.Thread(target=work, args=(visitor, random.Random(f"{seed} {number}")))
        for number, visitor in enumerate(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures.seconds = time.monotonic() - began
    figures.web, figures.postgres = processor_of(web) - before[0], processor_of(postgres) - before[1]
    return figures


def _acts(visitor: Visitor, dice: random.Random) -> dict[str, Callable[[], Answer]]:
    browser = visitor.browser
    return {
        "case": lambda: browser.get(dice.choice(visitor.cases)),
        "list": lambda: browser.get("/cases/"),
        "home": lambda: browser.get("/"),
        "save": visitor.save,
    }


def _trouble(kind: str, answer: Answer) -> str:
    """What is wrong with an answer: a page is 200, a saved form leads on. Empty if nothing is."""
    return "" if answer.status == (302 if kind == "save" else 200) else f"{kind}: {answer.status}"


def processor_of(process: int) -> float:
    """Seconds of processor time of a process, its children, and its children that have ended."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return _times(process) + sum(_times(int(child)) for child in children)


def _times(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended since it was listed, and counts in its parent
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS
