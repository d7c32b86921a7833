"""The forms of a support guideline, of its evaluation, and of what the child was told."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.guidelines import actions, rules
from cases.guidelines.forms import GuidelineForm, ReviewForm, ToldForm, reviewed_before
from cases.guidelines.models import Guideline
from cases.guidelines.prefill import prefilled, typed_before
from cases.guidelines.queries import custodians, goals_of, in_force, judged, opinions_of, policies_of, whole
from cases.records.pages import case_form, case_to_change
from security.walls import clock


@form_page(Permission.DRAFT_DECISIONS)
def guideline_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a guideline, prefilled with what was written already; an own draft is changed, a returned one drafted again."""
    case = case_to_change(
        request, case_id, "guidelines", "around", "conferences", "diagnoses", "contact_limits"
    )
    earlier = earlier_draft(request, actions.GUIDE, case)
    asked, suspects = custodians(case, clock.today())
    form = GuidelineForm(
        posted(request),
        case=case,
        asked=asked,
        suspects=suspects,
        items=policies_of(case),
        views=judged(case),
        opinions=opinions_of(case),
        initial=typed_before(earlier) if earlier else prefilled(case, clock.today()),
    )
    return case_form(
        request,
        case,
        form,
        lambda: actions.draft_guideline(case, form.facts(), by=request.by, earlier=earlier),
        section="guidelines",
        done=waits_for(actions.GUIDE, request.by),
        template="cases/guidelines/draft.html",
        not_to_tell=shown_not_to_tell(request, case),
        heading=_("Draft a support guideline"),
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, actions.GUIDE, case, earlier),
    )


@form_page(Permission.DRAFT_DECISIONS)
def guideline_review(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the evaluation of the guideline in force."""
    case = case_to_change(request, case_id, "guidelines")
    earlier = earlier_draft(request, actions.REVIEW, case)
    row = in_force(case)
    current = whole(case, row.pk) if row else None
    form = ReviewForm(
        posted(request),
        guideline=current,
        goals=goals_of(current) if current else [],
        initial=reviewed_before(earlier) if earlier else _next(current),
    )
    return case_form(
        request,
        case,
        form,
        lambda: actions.draft_review(case, form.facts(), by=request.by, earlier=earlier),
        section="guidelines",
        done=waits_for(actions.REVIEW, request.by),
        template="cases/decisions/draft.html",
        heading=_("Evaluate the support guideline"),
        label=_("Ask for the decision"),
        earlier=earlier,
        reason=why_not_draft(request, actions.REVIEW, case, earlier),
    )


def _next(current: Guideline | None) -> dict[str, Any]:
    """The latest day on which it is evaluated again."""
    if current is None:
        return {}
    return {"next_on": rules.months_after(clock.today(), current.case.office.guideline_months)}


@form_page(Permission.WORK_ON_CASES)
def guideline_told(request: StaffRequest, case_id: UUID, guideline_id: UUID) -> HttpResponse:
    """Record that a guideline was explained to the child."""
    case = case_to_change(request, case_id, "guidelines")
    row = get_object_or_404(Guideline.objects.filter(case=case), pk=guideline_id)
    row.case = case
    form = ToldForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_told(row, form.facts(), by=request.by),
        section="guidelines",
        done=_("It has been recorded that the child was told."),
        not_to_tell=shown_not_to_tell(request, case),
        heading=_("Record that the guideline was explained to the child"),
        label=_("Record it"),
        reason=reason_against(rules.check_may_tell, row, request.by),
    )
