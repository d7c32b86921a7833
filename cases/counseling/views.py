"""Drafting a plan of counseling and guidance, and reading one."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.conferences.queries import other_offices
from cases.counseling.actions import PLAN, draft_plan
from cases.counseling.codes import FactInterview
from cases.counseling.forms import form_for, typed_before
from cases.counseling.later_rules import (
    check_may_amend,
    check_may_draft_end,
    check_may_end,
    check_may_review,
)
from cases.counseling.measuring import check_may_measure
from cases.counseling.models import CounselingPlan
from cases.counseling.panel import shown, state_of
from cases.counseling.queries import (
    all_plans_of,
    attendance_of,
    ends_of,
    fact_interview,
    goals_reviewed,
    measures_of,
    providers_of,
    results_on,
    review_rows,
    to_ask,
    with_corrected,
)
from cases.counseling.rules import check_may_draft_plan, latest_review
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change, open_first
from cases.records.queries import with_keys
from cases.scores.panel import drawn
from face.reading import one_reading
from security.rooms import rooms
from security.walls import clock


@form_page(Permission.DRAFT_DECISIONS)
def counseling_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a plan; an own draft that waits is changed, a returned one is drafted again."""
    case = case_to_change(request, case_id, "counseling", "around")
    earlier: CounselingPlan | None = earlier_draft(request, PLAN, case)
    amends = _amended(request, case, earlier)
    begins_with = earlier or amends
    people = to_ask(case, clock.today())
    form = form_for(people, amends=amends is not None)(
        posted(request),
        case=case,
        providers=providers_of(case),
        offices=other_offices(request.by),
        measures=measures_of(case),
        initial=typed_before(begins_with) if begins_with else {},
    )
    ahead = fact_interview(case, clock.now())
    return case_form(
        request,
        case,
        form,
        lambda: draft_plan(
            case,
            form.facts(),
            by=request.by,
            earlier=earlier,
            amends=amends,
            why=form.cleaned_data.get("amended_why") or "",
        ),
        section="counseling",
        done=waits_for(PLAN, request.by),
        template="cases/counseling/draft.html",
        heading=_("Draft an amendment of a counseling plan") if amends else _("Draft a counseling plan"),
        label=_("Ask for the decision"),
        earlier=earlier,
        facts_ahead=ahead is FactInterview.AHEAD,
        no_facts=ahead is FactInterview.NONE,
        latest_review=latest_review(case, clock.today()),
        not_to_tell=shown_not_to_tell(request, case),
        reason=why_not_draft(request, PLAN, case, earlier),
    )


def _amended(request: StaffRequest, case: Case, earlier: CounselingPlan | None) -> CounselingPlan | None:
    """The plan that is amended: as the draft says, or as ``?amends=`` names it."""
    if earlier is not None:
        return None if earlier.amends_id is None else plan_of(case, earlier.amends_id)
    if "amends" not in request.GET:
        return None
    try:
        return plan_of(case, UUID(request.GET["amends"]))
    except ValueError as unknown:
        raise Http404 from unknown


@page(Permission.WORK_ON_CASES)
def counseling(request: StaffRequest, case_id: UUID, counseling_id: UUID) -> HttpResponse:
    """One plan that was approved, as it runs."""
    case = case_or_404(request, case_id, "counseling", "around")
    with one_reading():  # what rooms and the frame of the page ask alike is asked once
        with_keys([case])
        open_first(case)
        row = plan_of(case, counseling_id)
        return render(request, "cases/counseling/plan.html", _running(request, case, row))


def _running(request: StaffRequest, case: Case, row: CounselingPlan) -> dict[str, Any]:
    """What the page of a plan says of it, and what other rooms show beside it."""
    now = clock.now()
    label, badge = state_of(row, now)
    beside = [card for room in rooms() if room.of_plan and (card := room.of_plan(row, request.by))]
    request.event.note_shown(case.pk, *(card.name for card in beside))
    reviews = [one for one in review_rows(case) if one.plan_id == row.pk]
    for one in reviews:
        one.case = case
    return {
        **shown(row, now),
        "case": case,
        "plan_key": str(row.pk),
        "plan_state": label,
        "plan_badge": badge,
        "reviews": [(one, goals_reviewed(row, one.goal_states)) for one in reviews],
        "ends": [
            (one, goals_reviewed(row, one.goal_states)) for one in ends_of(case) if one.plan_id == row.pk
        ],
        "attendance": attendance_of(row),
        "beside": beside,
        **drawn(results_on(row), over_time=True),
        "measured": with_corrected(row),
        "why_not_measure": reason_against(check_may_measure, row, request.by),
        "why_not_amend": reason_against(check_may_draft_plan, case, request.by, now)
        or reason_against(check_may_amend, row),
        "why_not_review": reason_against(check_may_review, row, request.by, now),
        "why_not_end": reason_against(check_may_draft_end, case, request.by, now)
        or reason_against(check_may_end, row, now),
    }


def plan_of(case: Case, counseling_id: UUID) -> CounselingPlan:
    """A plan of the case by the id in an address; of another case it is missing."""
    rows = all_plans_of(case).select_related(
        "item__entry__sitting", "amends__provider__staff", "amends__other_office"
    )
    row: CounselingPlan = get_object_or_404(rows, pk=counseling_id)
    row.case = case
    return row
