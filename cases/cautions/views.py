"""Recording a caution, and lifting it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions import actions, rules
from cases.cautions.forms import CautionForm, EndForm
from cases.cautions.models import Caution
from cases.records.pages import case_form, case_to_change


@form_page(Permission.WORK_ON_CASES)
def caution_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Record a caution; from then on it is at the head of every page of the case."""
    case = case_to_change(request, case_id)
    form = CautionForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_caution(case, by=request.by, **form.cleaned_data),
        section="cautions",
        done=_("The caution was recorded. It is shown at the head of every page of the case."),
        heading=_("Record a caution"),
        label=_("Record the caution"),
        reason=reason_against(rules.check_may_record, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def caution_end(request: StaffRequest, case_id: UUID, caution_id: UUID) -> HttpResponse:
    """Lift a caution, with the reason."""
    case = case_to_change(request, case_id, "cautions")
    caution = get_object_or_404(
        Caution.objects.select_related("recorded_by__staff"), case=case, pk=caution_id
    )
    caution.case = case
    form = EndForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.end_caution(caution, by=request.by, **form.cleaned_data),
        section="cautions",
        done=_("The caution was lifted. Its record stays."),
        template="cases/cautions/end.html",
        heading=_("Lift the caution"),
        label=_("Lift the caution"),
        caution=caution,
        reason=reason_against(rules.check_may_end, caution, request.by),
    )
