"""What is due, for whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, models

from agencies.staff.models import Position
from cases.clocks.codes import SIGHT, ClockKind, ClockState
from cases.clocks.models import Clock, ClockSweep
from cases.duties.codes import Watch
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import count_by_case, on_cases_of, with_keys
from face.reading import asked_once
from security.walls import clock

UNWATCHED = {Watch.LIMITS: timedelta(minutes=15), Watch.DUTIES: timedelta(minutes=30)}
"""Three runs of each watch that did not come (``CELERY_BEAT_SCHEDULE``)."""


def unwatched() -> list[tuple[Watch, datetime]]:
    """Which watch has slept too long, and since when; one that runs, or has never run, is not among them."""
    now, swept = clock.now(), dict(ClockSweep.objects.values_list("pk", "swept_at"))
    return [
        (watch, swept[watch]) for watch in Watch if watch in swept and now - swept[watch] > UNWATCHED[watch]
    ]


def due_for(
    position: Position, *, limit: int = 50, within: tuple[datetime, datetime] | None = None
) -> list[Clock]:
    """The running clocks of the position's cases, what is due first at the top, with the keys for the children's names loaded.

    ``within``: those due from one moment until before another.
    """
    held = Clock.objects.running().filter(on_cases_of(position, Level.VIEW))
    if within is not None:
        held = held.filter(due_at__gte=within[0], due_at__lt=within[1])
    clocks = list(held.order_by("due_at", "id")[:limit])
    # After the few are known: joined, the cases and children of all running clocks would be read first.
    models.prefetch_related_objects(clocks, "case")
    with_keys(clock.case for clock in clocks)
    return clocks


@dataclass(frozen=True)
class Load:
    """What a person in charge has in hand: numbers alone, of the open cases in the asking supervisor's line."""

    position: Position
    cases: int
    urgent: int
    overdue: int
    duties: int
    oldest_entry: datetime

    @property
    def days(self) -> int:
        """For how many days the case that is longest without an entry has had none."""
        return (clock.now() - self.oldest_entry).days


def workload(most: int | None = None) -> list[Load]:
    """The work of each person in charge in the acting supervisor's line; other callers get no rows, and with ``most`` neither do
    those whose line has more cases, closed ones included.

    Who has most that is overdue comes first, then who has most cases.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.workload(%s)", [most])
        rows = cursor.fetchall()
    people = Position.objects.select_related("staff", "office", "section").in_bulk([row[0] for row in rows])
    loads = [Load(people[row[0]], *row[1:]) for row in rows if row[0] in people]
    return sorted(loads, key=lambda load: (-load.overdue, -load.cases, load.position.staff.name))


@asked_once
def clocks_of(case: Case) -> list[Clock]:
    """Every clock of the case, running ones first and what is due first at the top."""
    rows = list(Clock.objects.filter(case=case).select_related("met_by__staff", "met_by__office", "replaces"))
    for row in rows:
        row.case = case
    return sorted(rows, key=lambda clock: (clock.state is not ClockState.RUNNING, clock.due_at))


def with_warnings(clocks: Sequence[Clock]) -> Sequence[Clock]:
    """The same clocks, with what was told of them and the offices whose rules say what is told next."""
    models.prefetch_related_objects(clocks, "warnings", "case__office")
    return clocks


def running_of(case: Case, kind: ClockKind) -> Clock | None:
    """The running clock of this kind on the case, if there is one."""
    running = (clock for clock in clocks_of(case) if clock.state is ClockState.RUNNING)
    return next((clock for clock in running if clock.kind == kind), None)


def sight_due(case: Case) -> Clock | None:
    """The running limit until which the child is to be seen, the law's or the office's own: what is due first."""
    return next(
        (clock for clock in clocks_of(case) if clock.state is ClockState.RUNNING and clock.kind in SIGHT),
        None,
    )


def sight_from(case: Case, started_at: datetime) -> list[Clock]:
    """The running limits until which the child is to be seen that are counted from this moment."""
    return [
        row
        for row in clocks_of(case)
        if row.state is ClockState.RUNNING and row.kind in SIGHT and row.started_at == started_at
    ]


def open_on(cases: Collection[UUID], now: datetime) -> Mapping[UUID, int]:
    """How many time limits run, by case."""
    return count_by_case(Clock.objects.running(), cases)
