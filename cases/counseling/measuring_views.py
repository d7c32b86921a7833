"""Writing down what was measured at one point of a help, and putting it right."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.counseling.measuring import check_may_measure, record_measure
from cases.counseling.measuring_forms import measure_form, measured_before
from cases.counseling.models import CounselingPlan, PlanMeasure
from cases.counseling.queries import measured_on
from cases.counseling.views import plan_of
from cases.records.pages import case_form, case_to_change


@form_page(Permission.WORK_ON_CASES)
def counseling_scores(request: StaffRequest, case_id: UUID, counseling_id: UUID) -> HttpResponse:
    """Record scores on a plan; with ``?corrects=`` those that take the place of others."""
    case = case_to_change(request, case_id, "counseling")
    plan = plan_of(case, counseling_id)
    before = _corrected(request, plan)
    form = measure_form(corrects=before is not None)(
        posted(request), plan=plan, initial=measured_before(before) if before else {}
    )
    return case_form(
        request,
        case,
        form,
        lambda: record_measure(
            plan,
            form.cleaned_data["occasion"],
            form.tests(),
            by=request.by,
            replaces=before,
            why=form.cleaned_data.get("replaced_why") or "",
        ),
        section="counseling",
        done=_("The scores have been recorded. They are on the page of the plan."),
        heading=_("Correct test scores of a counseling plan")
        if before
        else _("Record test scores of a counseling plan"),
        reason=reason_against(check_may_measure, plan, request.by),
    )


def _corrected(request: StaffRequest, plan: CounselingPlan) -> PlanMeasure | None:
    """The scores that ``?corrects=`` names, as long as nothing corrected them."""
    if "corrects" not in request.GET:
        return None
    found = next((row for row in measured_on(plan) if str(row.pk) == request.GET["corrects"]), None)
    if found is None:
        raise Http404
    return found
