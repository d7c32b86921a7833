"""The case page: every room's panel in one request, one transaction and one recorded look that names the panels shown."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from agencies.staff.access import StaffRequest, page
from agencies.staff.roles import Permission
from cases.records.pages import case_or_404
from cases.records.queries import with_keys
from desk.case.bar import bar_of
from desk.case.panels import HALVES, menu_of, moments_of, panels_of
from face.reading import one_reading

MOMENTS = 30
"""How many lines of the timeline the page shows; the progress record has them all."""


@page(Permission.WORK_ON_CASES)
def case_page(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Everything about one case for a person on its team."""
    case = case_or_404(request, case_id)
    with_keys([case])
    with one_reading():
        panels, moments = panels_of(case, request.by), moments_of(case, request.by)
        bar = bar_of(case, request.by)
    request.event.note_shown(case.pk, *(panel.name for panel in panels))
    context = {
        "case": case,
        "by": request.by,
        "panels": panels,
        "sections": {panel.name for panel in panels},
        "menu": menu_of(panels),
        "halves": HALVES,
        "moments": moments[:MOMENTS],
        "bar": bar,
    }
    return render(request, "desk/case/page.html", context)
