"""Sheets of an office: the button that makes one, and each print as PDF. The access log names every case that is on it."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from agencies.staff.access import StaffRequest, action, page
from agencies.staff.pages import not_pressed
from agencies.staff.roles import Permission
from cases.prints import sheets
from cases.prints.models import SheetPart, SheetPrint
from cases.prints.pages import not_made, pdf_answer
from cases.prints.queries import office_papers
from cases.prints.sheets import parts_on
from face.paper import NoSubject, OfficePaper
from face.typeset import NotSet
from security.audit.verbs import Verb


def _note(request: StaffRequest, paper: OfficePaper, parts: list[SheetPart]) -> None:
    for part in parts:
        request.event.note_shown(part.case_id, paper.code, *paper.panels, under=[part.case.child.key_scope()])


@action(Permission.WORK_ON_CASES)
def sheet_new(request: StaffRequest) -> HttpResponse:
    """Make a numbered sheet of the form and the thing on the button, and open it."""
    code, _colon, key = request.POST.get("sheet", "").partition(":")
    paper = office_papers().get(code)
    if paper is None or not paper.may(request.by):
        return not_pressed(request, "home")
    try:
        row = sheets.print_office_sheet(paper, key, by=request.by)
    except NoSubject:
        return not_pressed(request, "home")
    except NotSet:
        return not_made(request)
    _note(request, paper, parts_on(row))
    return redirect("sheet_pdf", row.pk)


@page(Permission.WORK_ON_CASES)
def sheet_pdf(request: StaffRequest, sheet_id: UUID) -> HttpResponse:
    """One print as PDF, of the cases that the reader sees. Each time it is opened is recorded as a print of each of them, before
    it leaves; who sees none of them is answered as if there were no such print."""
    # One statement finds a print and whether the reader sees a part of it: both kinds of "no" take the same time.
    seen = SheetPrint.objects.filter(Exists(SheetPart.objects.filter(sheet=OuterRef("pk"))))
    row = get_object_or_404(seen.select_related("office"), office=request.by.office_id, pk=sheet_id)
    paper, parts = office_papers().get(row.paper), parts_on(row)
    if paper is None or not paper.may(request.by):
        raise Http404
    _note(request, paper, parts)
    request.event.note(Verb.CASE_PRINT, object_pk=str(row.pk))
    return pdf_answer(
        request,
        lambda: sheets.issue_sheet(row, paper, parts, by=request.by),
        f"{row.fiscal_year}-{row.number}",
    )
