"""Recording an interview, reading one, and drafting that the child be asked again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.interviews import rules
from cases.interviews.actions import SECOND, draft_second, record_interview
from cases.interviews.forms import InterviewForm, SecondForm, typed_before
from cases.interviews.models import Interview
from cases.interviews.queries import all_interviews_of, allowed_at, on_facts_of
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change
from security.encryption.fields import values_of
from security.walls import clock


@form_page(Permission.WORK_ON_CASES)
def interview_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Record an interview, or what the child told unasked; ``?of=`` names the row that is corrected."""
    case = case_to_change(request, case_id, "interviews")
    corrects = _named(case, request.GET["of"]) if "of" in request.GET else None
    earlier = on_facts_of(case, corrects)
    is_free = not earlier or allowed_at(case, clock.now()) is not None or bool(corrects and corrects.on_facts)
    form = InterviewForm(
        posted(request), case=case, is_free=is_free, initial=values_before(corrects) if corrects else {}
    )
    return case_form(
        request,
        case,
        form,
        lambda: record_interview(case, **form.facts(), by=request.by, corrects=corrects),
        section="interviews",
        done=_("The interview has been recorded."),
        template="cases/interviews/interview_new.html",
        heading=_("Correct an interview") if corrects else _("Record an interview, or what the child told"),
        earlier=earlier,
        is_free=is_free,
        reason=reason_against(rules.check_may_record, case, request.by),
    )


@page(Permission.WORK_ON_CASES)
def interview(request: StaffRequest, case_id: UUID, interview_id: UUID) -> HttpResponse:
    """One row of the register, with what was asked and said."""
    case = case_or_404(request, case_id, "interviews")
    row = get_object_or_404(all_interviews_of(case), pk=interview_id)
    row.case = case
    context = {
        "case": case,
        "row": row,
        "why_not": reason_against(rules.check_may_record, case, request.by),
        "corrected": getattr(row, "corrected_by", None),
    }
    return render(request, "cases/interviews/interview.html", context)


@form_page(Permission.DRAFT_DECISIONS)
def second_interview(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft that the child be asked about the facts again."""
    case = case_to_change(request, case_id, "interviews")
    earlier = earlier_draft(request, SECOND, case)
    form = SecondForm(posted(request), initial=typed_before(earlier) if earlier else {})
    return case_form(
        request,
        case,
        form,
        lambda: draft_second(case, form.reasons(), by=request.by, earlier=earlier),
        section="interviews",
        done=waits_for(SECOND, request.by),
        template="cases/interviews/second_new.html",
        heading=_("Ask for a second interview"),
        label=_("Ask for the decision"),
        held=on_facts_of(case),
        earlier=earlier,
        reason=why_not_draft(request, SECOND, case, earlier),
    )


def values_before(row: Interview) -> dict[str, object]:
    """A row as the initial values of the form that corrects it."""
    return {**values_of(row, Interview.TEXTS), "began_at": row.began_at, "ended_at": row.ended_at}


def _named(case: Case, which: str) -> Interview:
    try:
        return get_object_or_404(all_interviews_of(case).filter(corrected_by=None), pk=UUID(which))
    except ValueError:
        return get_object_or_404(Interview.objects.none())
