"""Who looked at the case: the panel for those who manage it."""

from agencies.staff.models import Position
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.panel import Panel
from cases.records.queries import holds
from desk.audit.queries import who_looked


def panel(case: Case, by: Position) -> Panel | None:
    """The newest looks by others; nothing for whoever does not manage the case."""
    if not holds(by, case.pk, Level.MANAGE):
        return None
    return Panel("looks", "desk/audit/panel.html", {"rows": who_looked(case, by)})
