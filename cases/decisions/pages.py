"""What the pages of the rooms share that draft a decision: the draft to be changed, and why none may be drafted."""

from typing import Any
from uuid import UUID

from agencies.staff.access import StaffRequest
from agencies.staff.rules import reason_against
from cases.decisions.actions import Decision
from cases.decisions.codes import State
from cases.records.models import Case
from security.walls import clock


def earlier_draft(request: StaffRequest, kind: Decision[Any], case: Case) -> Any:
    """The draft that ``?from=`` names: the reader's own that waits, to be changed, or a returned one, to be drafted
    anew; else None."""
    try:
        wanted = UUID(request.GET.get("from", ""))
    except ValueError:
        return None
    row = kind.model._default_manager.filter(case=case, pk=wanted, **kind.of_kind).first()
    if row is None or row.state not in (State.WAITING, State.RETURNED):
        return None
    is_own = row.drafted_person_id == request.by.staff_id
    return as_opened(request, row) if is_own or row.state is State.RETURNED else None


def as_opened(request: StaffRequest, row: Any) -> Any:
    """The draft with the version that its form was opened with, as the address says: another one is not written over."""
    if request.GET.get("version", str(row.version)) != str(row.version):
        row.version = 0
    return row


def why_not_draft(request: StaffRequest, kind: Decision[Any], case: Case, earlier: Any) -> Any:
    """The sentence beside the grey button of the form that drafts, changes or drafts anew; '' where nothing is against it."""
    now = clock.now()
    if earlier is not None and earlier.state_at(now) is State.WAITING:
        return reason_against(kind.check_may_change, earlier, request.by, now)
    return reason_against(kind.check_may_draft, case, request.by, now)
