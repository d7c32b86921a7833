"""The pages of a case that show cards of rooms: one request, one transaction and one recorded look that names what was shown."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest, page
from agencies.staff.roles import CASEWORK
from cases.records.codes import CasePage
from cases.records.pages import case_or_404
from desk.case.folder import folder_of
from security.rooms import cards_on


@page(*CASEWORK)
def case_page(request: StaffRequest, case_id: UUID, name: CasePage) -> HttpResponse:
    """One page of the folder, for a person on the team of the case."""
    case = case_or_404(request, case_id)
    if not cards_on(name, case.office.kind):
        raise Http404
    folder = folder_of(case, request.by, name)
    context = {
        "case": case,
        "by": request.by,
        "heading": name.label,
        "folder": folder,
        "sections": {made.name for _card, made in folder.cards},
    }
    return render(request, "desk/case/page.html", context)
