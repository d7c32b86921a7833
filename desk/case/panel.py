"""The card of what was decided on a case and holds now."""

from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.panel import Panel
from security.rooms import rooms


def in_force_card(case: Case, by: Position) -> Panel | None:
    """One line for each decision and each answer of the child that holds; None where nothing does."""
    lines = [line for room in rooms() if room.in_force for line in room.in_force(case, by)]
    return Panel("in_force", "desk/case/in_force.html", {"lines": lines}) if lines else None
