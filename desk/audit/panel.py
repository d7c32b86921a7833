"""What the access log contributes: who looked at a case, and the parts of the home pages."""

from typing import Any

from agencies.staff.access import StaffRequest
from agencies.staff.models import Position
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.panel import Panel
from cases.records.queries import glasses_unreviewed, holds
from desk.audit.queries import looks_at_my_cases, recent_denials, unexplained_looks, who_looked
from security.audit.verbs import Verb


def panel(case: Case, by: Position) -> Panel | None:
    """The newest days of others' looks; nothing for the person who does not manage the case."""
    if not holds(by, case.pk, Level.MANAGE):
        return None
    return Panel("looks", "desk/audit/panel.html", {"rows": who_looked(case)})


def looks(request: StaffRequest) -> dict[str, Any]:
    """For those in charge of cases: who looked from outside the team."""
    return {"looks": looks_at_my_cases(request.by)}


def privacy(request: StaffRequest) -> dict[str, Any]:
    """For the privacy officer: looks that no relation explains, broken glass without a review, and what was refused. Reading it
    is recorded."""
    request.event.note(Verb.AUDIT_VIEW, object_pk="home")
    return {
        "unexplained": unexplained_looks(request.by),
        "unreviewed": glasses_unreviewed(),
        "denials": recent_denials(request.by),
    }
