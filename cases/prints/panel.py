"""The forms on the case page: the way to them. What can be printed is asked on their own page."""

from agencies.staff.models import Position
from cases.records.models import Case
from cases.records.panel import Panel


def panel(case: Case, by: Position) -> Panel:
    """The link."""
    return Panel("papers", "cases/prints/panel.html")
