"""Drafting the closing of a case, and deciding it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.closing import actions, rules
from cases.closing.codes import ClosingState
from cases.closing.forms import ClosingForm, typed_before
from cases.closing.panel import shown
from cases.closing.queries import closings_of
from cases.custody.forms import DecideForm
from cases.records.codes import Level
from cases.records.pages import case_to_change, saved


@form_page(Permission.DRAFT_DECISIONS)
def closing_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the closing; a draft that came back stands in the form."""
    case = case_to_change(request, case_id, "closing")
    latest = next(iter(closings_of(case)), None)
    returned = latest if latest is not None and latest.state is ClosingState.RETURNED else None
    form = ClosingForm(
        request.POST if request.method == "POST" else None, initial=typed_before(returned) if returned else {}
    )
    if form.is_valid() and saved(form, actions.draft_closing, case, **form.cleaned_data, by=request.by):
        messages.success(request, _("The draft waits for its decision."))
        return redirect("case", case_id=case.pk)
    why_not = reason_against(rules.check_may_draft_closing, case, request.by)
    context = {"form": form, "case": case, "returned": returned, "why_not": why_not}
    return render(request, "cases/closing/closing_new.html", context)


@form_page(Permission.WORK_ON_CASES)
def closing_decision(request: StaffRequest, case_id: UUID, closing_id: UUID) -> HttpResponse:
    """What is to be decided, or was: approve, which closes the case, or return."""
    case = case_to_change(request, case_id, "closing", level=Level.VIEW)
    row = next((row for row in closings_of(case) if row.pk == closing_id), None)
    if row is None:
        raise Http404
    form = DecideForm(request.POST if request.method == "POST" else None, is_oral=False)
    if form.is_valid():
        approved, note = form.cleaned_data["verdict"] == "approve", form.cleaned_data["note"]
        if saved(form, actions.decide_closing, row, approved=approved, note=note, by=request.by):
            messages.success(request, _("The case was closed.") if approved else _("The draft was returned."))
            return redirect("case", case_id=case.pk)
    context = {
        "case": case,
        "form": form,
        "shown": shown(row),
        "waits": row.state is ClosingState.WAITING,
        "not_decide": reason_against(rules.check_may_decide_closing, row, request.by),
        "not_approve": reason_against(rules.check_may_approve_closing, row, request.by),
    }
    return render(request, "cases/closing/closing_decision.html", context)
