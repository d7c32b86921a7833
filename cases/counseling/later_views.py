"""Reviewing a plan, and drafting the end of the help."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.counseling.later import END, draft_end, record_review
from cases.counseling.later_forms import EndForm, ReviewForm, ended_before, of_goals
from cases.counseling.later_rules import check_may_end, check_may_review
from cases.counseling.models import CounselingEnd, CounselingPlan
from cases.counseling.queries import all_plans_of, attendance_of, current_plans, results_on
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change
from cases.scores.panel import drawn
from security.walls import clock


@form_page(Permission.WORK_ON_CASES)
def counseling_review(request: StaffRequest, case_id: UUID, counseling_id: UUID) -> HttpResponse:
    """Record a review of a plan."""
    case = case_to_change(request, case_id, "counseling")
    plan = _plan(case, counseling_id)
    form = of_goals(ReviewForm, plan)(posted(request), plan=plan)
    return case_form(
        request,
        case,
        form,
        lambda: record_review(plan, form.facts(), by=request.by),
        section="counseling",
        done=_("The review has been recorded."),
        template="cases/counseling/review_form.html",
        heading=_("Review a counseling plan"),
        label=_("Record the review"),
        plan=plan,
        **drawn(results_on(plan), over_time=True),
        reason=reason_against(check_may_review, plan, request.by, clock.now()),
    )


@form_page(Permission.DRAFT_DECISIONS)
def counseling_end(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the end of the plan that ``?of=`` names; an own draft that waits is changed, a returned one is drafted again."""
    case = case_to_change(request, case_id, "counseling")
    earlier: CounselingEnd | None = earlier_draft(request, END, case)
    plan = _plan(case, _to_end(request, case, earlier))
    form = of_goals(EndForm, plan)(
        posted(request), plan=plan, initial=ended_before(earlier) if earlier else {}
    )
    return case_form(
        request,
        case,
        form,
        lambda: draft_end(plan, form.facts(), by=request.by, earlier=earlier),
        section="counseling",
        done=waits_for(END, request.by),
        template="cases/counseling/end_draft.html",
        heading=_("Draft the end of counseling"),
        label=_("Ask for the decision"),
        earlier=earlier,
        plan=plan,
        attendance=attendance_of(plan),
        **drawn(results_on(plan), over_time=True),
        reason=why_not_draft(request, END, case, earlier)
        or reason_against(check_may_end, plan, clock.now(), besides=earlier),
    )


def _plan(case: Case, which: UUID) -> CounselingPlan:
    row: CounselingPlan = get_object_or_404(all_plans_of(case), pk=which)
    row.case = case
    return row


def _to_end(request: StaffRequest, case: Case, earlier: CounselingEnd | None) -> UUID:
    """The plan that the address names, or a draft; otherwise the first that can be ended."""
    if earlier is not None:
        return earlier.plan_id
    try:
        return UUID(request.GET.get("of", ""))
    except ValueError:
        return next((row.pk for row in current_plans(case)), case.pk)  # none: missing
