"""The forms of a case: what can be printed, what was printed, and each print as PDF."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from agencies.staff.access import StaffRequest, action, page
from agencies.staff.pages import not_pressed
from agencies.staff.roles import CASEWORK
from agencies.staff.rules import Refused
from cases.cautions.pages import shown_not_to_tell
from cases.prints import actions
from cases.prints.models import Print
from cases.prints.pages import not_made, pdf_answer
from cases.prints.queries import LATEST, offers, papers_of, prints_of
from cases.prints.withholding import sees_whole_home
from cases.records.codes import CasePage
from cases.records.models import Case
from cases.records.pages import case_or_404
from cases.records.queries import with_keys
from face.paper import NoSubject
from face.reading import one_reading
from face.typeset import NotSet
from security.audit.verbs import Verb
from security.encryption.fields import value_of
from security.rooms import cards_on


@page(*CASEWORK)
def prints(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The forms with a button for each thing they are printed of, and the latest prints. The look names what these tell."""
    case = case_or_404(request, case_id, "papers")
    with one_reading():
        with_keys([case])
        rows, offered = prints_of(case), offers(case, request.by)
        request.event.note_shown(case.pk, *(name for offer in offered for name in offer.paper.named))
        context = {
            "case": case,
            "not_to_tell": shown_not_to_tell(request, case),
            "sections": cards_on(CasePage.PAPERS, case.office.kind),
            "offers": offered,
            "prints": rows[:LATEST],
            "more": len(rows) > LATEST,
            "address_withheld": value_of(case.child.address_withheld),
            "in_full": sees_whole_home(case),
        }
        return render(request, "cases/prints/prints.html", context)


@action(*CASEWORK)
def print_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Make a numbered sheet of the form and subject on the button, and open it."""
    case = case_or_404(request, case_id, "papers")
    code, _colon, key = request.POST.get("sheet", "").partition(":")
    paper = papers_of(case).get(code)
    if paper is None:
        return not_pressed(request, "prints", case.pk)
    request.event.note_shown(case.pk, *paper.panels)
    try:
        row = actions.print_sheet(case, paper, key, by=request.by)
    except NoSubject:
        return not_pressed(request, "prints", case.pk)
    except NotSet:
        return not_made(request)
    except Refused as refusal:
        return _kept(request, case, refusal)
    return redirect("print_pdf", case.pk, row.pk)


@page(*CASEWORK)
def print_sample(request: StaffRequest, case_id: UUID, paper: str, subject: str) -> HttpResponse:
    """A form as a sample: it takes no number. It is a whole sheet, so the access log has a print of what is on it."""
    case = case_or_404(request, case_id)
    form = papers_of(case).get(paper)
    if form is None or not form.samples:
        raise Http404
    request.event.note_shown(case.pk, form.code, *form.panels)
    request.event.note(Verb.CASE_PRINT, detail="sample")
    try:
        return pdf_answer(
            request,
            lambda: actions.sample(case, form, subject, by=request.by),
            "sample",
            numbered=False,
        )
    except NoSubject:
        raise Http404 from None
    except Refused as refusal:
        return _kept(request, case, refusal)


@page(*CASEWORK)
def print_pdf(request: StaffRequest, case_id: UUID, print_id: UUID) -> HttpResponse:
    """One print as PDF. Each time it is opened is recorded as a print, before it leaves."""
    case = case_or_404(request, case_id)
    row = get_object_or_404(Print.objects.select_related("office"), case=case, pk=print_id)
    paper = papers_of(case).get(row.paper)
    if paper is None:
        raise Http404
    row.case = case
    request.event.note_shown(case.pk, paper.code, *paper.panels)
    request.event.note(Verb.CASE_PRINT, object_pk=str(row.pk))
    try:
        return pdf_answer(
            request, lambda: actions.issue(row, paper, by=request.by), f"{row.fiscal_year}-{row.number}"
        )
    except Refused as refusal:
        return _kept(request, case, refusal)


def _kept(request: StaffRequest, case: Case, refusal: Refused) -> HttpResponse:
    """Back to the documents of the case, with the sentence that says what is missing."""
    messages.error(request, str(refusal.reason))
    return redirect("prints", case.pk)
