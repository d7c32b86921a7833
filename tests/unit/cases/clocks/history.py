"""What is told of limits and duties, and when: a model in plain Python, written beside the product.

It knows no row and no rule of the application. Moments are compared; ``now`` is handed down.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FOREVER = datetime.max.replace(tzinfo=JAPAN)
MICROSECOND = timedelta(microseconds=1)
AHEAD = {
    "safety": [12 * HOUR],
    "warrant": [2 * DAY],
    "warrant_review": [2 * DAY],
    "custody_end": [30 * DAY, 14 * DAY, 7 * DAY],
    "placement_term": [180 * DAY, 90 * DAY, 30 * DAY],
}
"""How long before its end a limit of each kind is told, as a new office has it."""
EARLY = ("far", "near", "soon")
LATE = {**dict.fromkeys(AHEAD, 4 * HOUR), "duty": DAY}


@dataclass(eq=False)
class Owed:
    """A limit or a duty: from when until when, and what was told of it."""

    kind: str
    start: datetime
    due: datetime
    is_duty: bool = False
    is_open: bool = True
    told: set[str] = field(default_factory=set)

    def steps(self) -> list[tuple[str, datetime, datetime]]:
        """What is told from when until when."""
        ahead = [DAY] if self.is_duty else AHEAD[self.kind]
        moments = [max(self.start, self.due - before) for before in ahead]
        if self.is_duty and self.due - DAY <= self.start:
            moments = []  # near at once: leaving it has told it
        names = EARLY[-len(ahead) :]
        early = list(zip(names, moments, [*(self.due - one for one in ahead[1:]), self.due], strict=False))
        late = LATE["duty" if self.is_duty else self.kind]
        return [*early, ("due", self.due, FOREVER), ("late", self.due + late, FOREVER)]

    def to_tell(self, now: datetime) -> list[str]:
        """The steps that have come, have not passed and were not told."""
        if not self.is_open:
            return []
        return [name for name, at, until in self.steps() if at <= now < until and name not in self.told]


@dataclass(eq=False)
class History:
    """One case: every limit and duty it ever had, in the order in which they began."""

    owed: list[Owed] = field(default_factory=list)

    def running(self, kind: str) -> Owed | None:
        return next((one for one in self.owed if one.kind == kind and one.is_open), None)

    def start(self, kind: str, start: datetime, due: datetime) -> None:
        """Of two limits of one kind the one that is due first runs."""
        before = self.running(kind)
        if before is not None and before.due <= due:
            return
        self.stop(kind)
        self.owed.append(Owed(kind, start, due))

    def stop(self, kind: str) -> Owed | None:
        """It was done, or is needed no more."""
        before = self.running(kind)
        if before is not None:
            before.is_open = False
        return before

    def again_from(self, kind: str, start: datetime) -> None:
        """The running one is counted anew from another moment, for as long as before."""
        before = self.stop(kind)
        if before is not None:
            self.owed.append(Owed(kind, start, start + (before.due - before.start)))

    def leave(self, kind: str, now: datetime, days: int) -> None:
        self.leave_until(kind, now, now + days * DAY)

    def leave_until(self, kind: str, now: datetime, due: datetime) -> None:
        self.owed.append(Owed(kind, now, due, is_duty=True))

    def watch_limits(self, now: datetime) -> list[tuple[Owed, str]]:
        """The limits are watched: what is told. A child not seen in time leaves a duty within a day (児童虐待防止法9条)."""
        told = [(one, step) for one in self.owed if not one.is_duty for step in one.to_tell(now)]
        for one, step in told:
            one.told.add(step)
            if (one.kind, step) == ("safety", "due") and self.running("inspection") is None:
                self.leave("inspection", now, 1)
        return told

    def watch_duties(self, now: datetime) -> list[tuple[Owed, str]]:
        """The duties are watched: what is told."""
        told = [(one, step) for one in self.owed if one.is_duty for step in one.to_tell(now)]
        for one, step in told:
            one.told.add(step)
        return told


def last_moment(start: datetime, *, days: int = 0, months: int = 0) -> datetime:
    """Of so many days or months in Japan, the day of the start being the first."""
    first = start.astimezone(JAPAN).date()
    if days:
        after = first + days * DAY
    else:
        number = first.month - 1 + months
        year, month = first.year + number // 12, number % 12 + 1
        after = first.replace(day=1, year=year, month=month)
        after = min(after + (first.day - 1) * DAY, (after + 31 * DAY).replace(day=1))
    return datetime(after.year, after.month, after.day, tzinfo=JAPAN) - timedelta(microseconds=1)
