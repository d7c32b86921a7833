"""Drafting a plan of counseling and guidance, and reading one."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from cases.cautions.pages import shown_not_to_tell
from cases.conferences.queries import other_offices
from cases.counseling.actions import PLAN, draft_plan
from cases.counseling.codes import FactInterview
from cases.counseling.forms import form_for, typed_before
from cases.counseling.models import CounselingPlan
from cases.counseling.panel import shown, state_of
from cases.counseling.queries import (
    all_plans_of,
    fact_interview,
    measures_of,
    providers_of,
    to_ask,
)
from cases.counseling.rules import latest_review
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change
from security.walls import clock


@form_page(Permission.DRAFT_DECISIONS)
def counseling_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a plan; an own draft that waits is changed, a returned one is drafted again."""
    case = case_to_change(request, case_id, "counseling", "around")
    earlier = earlier_draft(request, PLAN, case)
    people = to_ask(case, clock.today())
    form = form_for(people)(
        posted(request),
        case=case,
        providers=providers_of(case),
        offices=other_offices(request.by),
        measures=measures_of(case),
        initial=typed_before(earlier) if earlier else {},
    )
    ahead = fact_interview(case, clock.now())
    return case_form(
        request,
        case,
        form,
        lambda: draft_plan(case, form.facts(), by=request.by, earlier=earlier),
        section="counseling",
        done=waits_for(PLAN, request.by),
        template="cases/counseling/draft.html",
        heading=_("Draft a counseling plan"),
        label=_("Ask for the decision"),
        earlier=earlier,
        facts_ahead=ahead is FactInterview.AHEAD,
        no_facts=ahead is FactInterview.NONE,
        latest_review=latest_review(case, clock.today()),
        not_to_tell=shown_not_to_tell(request, case),
        reason=why_not_draft(request, PLAN, case, earlier),
    )


@page(Permission.WORK_ON_CASES)
def counseling(request: StaffRequest, case_id: UUID, counseling_id: UUID) -> HttpResponse:
    """One plan that was approved, as it runs."""
    case = case_or_404(request, case_id, "counseling", "around")
    row, now = plan_of(case, counseling_id), clock.now()
    label, badge = state_of(row, now)
    context = {**shown(row, now), "case": case, "plan_state": label, "plan_badge": badge}
    return render(request, "cases/counseling/plan.html", context)


def plan_of(case: Case, counseling_id: UUID) -> CounselingPlan:
    """A plan of the case by the id in an address; of another case it is missing."""
    rows = all_plans_of(case).select_related("item__entry__sitting")
    row: CounselingPlan = get_object_or_404(rows, pk=counseling_id)
    row.case = case
    return row
