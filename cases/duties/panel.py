"""The open duties on the case page."""

from agencies.staff.models import Position
from cases.duties.queries import open_duties_of
from cases.records.models import Case
from cases.records.panel import Panel


def panel(case: Case, by: Position) -> Panel | None:
    """What is still to be done; None where nothing is."""
    duties = open_duties_of(case)
    return Panel("duties", "cases/duties/panel.html", {"duties": duties}) if duties else None
