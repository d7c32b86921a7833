"""Planning a visit, and recording it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.clocks.queries import sight_due
from cases.records.codes import Level
from cases.records.pages import case_form, case_to_change
from cases.visits import actions, rules
from cases.visits.codes import VisitState
from cases.visits.forms import PlanForm, ResultForm
from cases.visits.models import Visit


@form_page(Permission.WORK_ON_CASES)
def visit_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Plan a visit."""
    case = case_to_change(request, case_id, "visits")
    form = PlanForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.plan_visit(case, by=request.by, **form.cleaned_data),
        section="visits",
        done=_("The visit has been planned."),
        heading=_("Plan a visit"),
        several=True,
        not_to_tell=shown_not_to_tell(request, case),
        reason=reason_against(rules.check_may_plan, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def visit(request: StaffRequest, case_id: UUID, visit_id: UUID) -> HttpResponse:
    """Read a visit; record how it was held, or cancel it."""
    case = case_to_change(request, case_id, "visits", level=Level.VIEW)
    row = get_object_or_404(
        Visit.objects.select_related("planned_by__staff", "ended_by__staff"), case=case, pk=visit_id
    )
    row.case = case
    form = ResultForm(posted(request), limit=sight_due(case))

    def act() -> Visit:
        if form.cleaned_data["act"] == "cancel":
            return actions.cancel_visit(row, reason=form.cleaned_data["result"], by=request.by)
        return actions.record_visit(row, by=request.by, **form.facts())

    return case_form(
        request,
        case,
        form,
        act,
        section="visits",
        done=_("The visit has been recorded."),
        template="cases/visits/visit.html",
        visit=row,
        waits=row.state is VisitState.PLANNED,
        why_not=reason_against(rules.check_may_end, row, VisitState.HELD, request.by),
    )
