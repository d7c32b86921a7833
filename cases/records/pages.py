"""What every page about a case begins with."""

from uuid import UUID

from django.http import Http404

from agencies.staff.access import StaffRequest
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import cases_for


def case_or_404(request: StaffRequest, case_id: UUID, *panels: str, level: str = Level.VIEW) -> Case:
    """The case, if the acting post holds ``level`` on it; its ``panels`` are noted as shown. Foreign and missing are one 404."""
    case = cases_for(request.by, level).select_related("child", "office", "section").filter(pk=case_id).first()
    if case is None:
        raise Http404
    request.look.shows(case.pk, *panels)
    return case
