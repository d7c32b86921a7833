"""The behavioural diagnosis at the custody facility: written by those who look after the child, frozen once submitted."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.diagnoses import actions, rules
from cases.diagnoses.codes import DiagnosisKind
from cases.diagnoses.forms import FORMS, typed_there
from cases.diagnoses.models import FacilityDiagnosis
from cases.diagnoses.queries import at_facility
from cases.diagnoses.views import sections_of
from cases.shelter.pages import stay_or_404
from security.encryption.fields import value_of
from security.walls import clock

KIND = DiagnosisKind.BEHAVIOURAL


@form_page(Permission.KEEP_SHELTER)
def shelter_diagnosis(request: StaffRequest, admission_id: UUID) -> HttpResponse:
    """Write the diagnosis of one child, and submit it; below it what was submitted before."""
    stay = stay_or_404(request, admission_id)
    rows = at_facility(stay)
    latest = rows[0] if rows else None
    draft = latest if latest is not None and latest.returned_at is None else None
    form = FORMS[KIND](
        posted(request),
        current_version=draft.version if draft else 0,
        initial=typed_there(latest) if latest else {},
    )

    def act() -> FacilityDiagnosis:
        typed = form.cleaned_data
        submit, version = typed["act"] == "submit", typed["version"]
        return actions.write_at_facility(stay, form.written(), by=request.by, submit=submit, version=version)

    return form_answer(
        request,
        form,
        act,
        done=_said,
        to=(reverse("shelter_diagnosis", args=[stay.pk]),),
        template="cases/diagnoses/facility.html",
        stay=stay,
        written=[
            (row, sections_of(KIND, value_of(row.texts) or {}))
            for row in rows
            if row.submitted_at is not None
        ],
        reason=reason_against(rules.check_may_write_there, stay, latest, request.by, clock.now()),
    )


def _said(row: FacilityDiagnosis) -> str:
    return _("The diagnosis has been submitted.") if row.submitted_at else _("The diagnosis has been saved.")
