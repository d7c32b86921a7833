"""The card of what was decided on a case and holds now."""

from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.panel import Panel
from face.lines import Line
from security.rooms import rooms


def lines_in_force(case: Case, by: Position) -> list[Line]:
    """The same as lines, of every room."""
    return [line for room in rooms() if room.in_force for line in room.in_force(case, by)]


def in_force_card(case: Case, by: Position) -> Panel | None:
    """One line for each decision and each answer of the child that holds; None where nothing does."""
    lines = lines_in_force(case, by)
    return Panel("in_force", "desk/case/in_force.html", {"lines": lines}) if lines else None
