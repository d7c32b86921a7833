"""Drafting that custody began or ended at another moment, and that a step of a warrant was recorded wrongly."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from cases.corrections.actions import CUSTODY, STEP, draft_correction, draft_step_correction
from cases.corrections.forms import CustodyCorrectionForm, StepCorrectionForm, custody_before, step_before
from cases.corrections.queries import decision_named, in_effect, step_named, steps_written
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.pages import case_form, case_to_change


@form_page(Permission.DRAFT_DECISIONS)
def custody_correction(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft that a decision on custody took effect at another moment: the one that ``?of=`` names, or the latest."""
    case = case_to_change(request, case_id, "corrections", "custody", "clocks")
    earlier = earlier_draft(request, CUSTODY, case)
    wanted = str(earlier.decision_id) if earlier else request.GET.get("of", "")
    decision = decision_named(case, wanted) if wanted else next(iter(in_effect(case)), None)
    if decision is None:
        raise Http404
    form = CustodyCorrectionForm(
        posted(request), is_oral=decision.is_oral, initial=custody_before(earlier) if earlier else {}
    )
    return case_form(
        request,
        case,
        form,
        lambda: draft_correction(case, decision, **form.cleaned_data, by=request.by, earlier=earlier),
        section="corrections",
        done=waits_for(CUSTODY, request.by),
        template="cases/corrections/custody_new.html",
        heading=_("Correct when custody began or ended"),
        label=_("Ask for the decision"),
        d=decision,
        earlier=earlier,
        reason=why_not_draft(request, CUSTODY, case, earlier),
    )


@form_page(Permission.DRAFT_DECISIONS)
def warrant_step_correction(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft that a step of a warrant happened at another moment, or was recorded in error: the one that ``?of=`` names, or the
    latest."""
    case = case_to_change(request, case_id, "corrections", "warrant", "clocks")
    earlier = earlier_draft(request, STEP, case)
    wanted = str(earlier.step_id) if earlier else request.GET.get("of", "")
    found = step_named(case, wanted) if wanted else next(iter(steps_written(case)[::-1]), None)
    if found is None:
        raise Http404
    step = found[1]
    form = StepCorrectionForm(posted(request), initial=step_before(earlier) if earlier else {})
    return case_form(
        request,
        case,
        form,
        lambda: draft_step_correction(case, step, **form.facts(), by=request.by, earlier=earlier),
        section="corrections",
        done=waits_for(STEP, request.by),
        template="cases/corrections/step_new.html",
        heading=_("Correct a step of the warrant"),
        label=_("Ask for the decision"),
        step=step,
        earlier=earlier,
        reason=why_not_draft(request, STEP, case, earlier),
    )
