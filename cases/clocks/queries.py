"""What is due, for whom."""

from django.db import models

from agencies.staff.models import Position
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.models import Clock
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import on_cases_of, with_keys
from face.reading import asked_once


def due_for(position: Position, *, limit: int = 50) -> list[Clock]:
    """The running clocks of the position's cases, what is due first at the top, with the keys for the children's names loaded."""
    held = Clock.objects.running().filter(on_cases_of(position, Level.VIEW))
    clocks = list(held.order_by("due_at", "id")[:limit])
    # After the few are known: joined, the cases and children of all running clocks would be read first.
    models.prefetch_related_objects(clocks, "case")
    with_keys(clock.case for clock in clocks)
    return clocks


@asked_once
def clocks_of(case: Case) -> list[Clock]:
    """Every clock of the case, running ones first and what is due first at the top."""
    rows = Clock.objects.filter(case=case).select_related("met_by__staff", "met_by__office")
    return sorted(rows, key=lambda clock: (clock.state is not ClockState.RUNNING, clock.due_at))


def running_of(case: Case, kind: ClockKind) -> Clock | None:
    """The running clock of this kind on the case, if there is one."""
    running = (clock for clock in clocks_of(case) if clock.state is ClockState.RUNNING)
    return next((clock for clock in running if clock.kind == kind), None)
