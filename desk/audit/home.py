"""What home pages show of the access log: contexts for ``desk/audit/home_looks.html`` and ``desk/audit/home_privacy.html``."""

from typing import Any

from agencies.staff.access import StaffRequest
from desk.audit.queries import active_viewers, looks_at_my_cases, recent_denials
from security.audit.verbs import Verb


def looks(request: StaffRequest) -> dict[str, Any]:
    """For those in charge of cases: who looked from outside the team."""
    return {"looks": looks_at_my_cases(request.by)}


def privacy(request: StaffRequest) -> dict[str, Any]:
    """For the privacy officer: what was refused, and who looked at most cases. Reading it is recorded."""
    request.event.note(Verb.AUDIT_VIEW, object_pk="home")
    return {"denials": recent_denials(request.by), "viewers": active_viewers()}
