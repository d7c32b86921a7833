"""The time limits on the case page: what remains of each."""

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.queries import clocks_of
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from security.walls import clock as time_now


def panel(case: Case, by: Position) -> Panel | None:
    """What is running, and what was met; None where nothing was ever timed."""
    clocks = clocks_of(case)
    shown = [clock for clock in clocks if clock.state is not ClockState.ENDED]
    if not shown:
        return None
    return Panel("clocks", "cases/clocks/panel.html", {"clocks": shown})


def moments(case: Case, by: Position) -> list[Moment]:
    """When a limit passed without being met. What met one is told by the room it happened in."""
    return [
        Moment(clock.due_at, _("A time limit passed: %(duty)s") % {"duty": ClockKind(clock.kind).label})
        for clock in clocks_of(case)
        if clock.due_at < (clock.met_at or clock.ended_at or time_now.now())
    ]
