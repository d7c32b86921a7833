"""The forms of changing, suspending, resuming and ending a placement."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.placement import later, later_rules, seen
from cases.placement.later_forms import (
    ChangeForm,
    EndForm,
    ExplainedForm,
    ResumeForm,
    SuspensionForm,
    VisitForm,
)
from cases.placement.views import draft_page
from cases.records.pages import case_form, case_to_change
from cases.records.queries import everybody_around
from security.walls import clock


@form_page(Permission.DRAFT_DECISIONS)
def placement_change(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a change of the placement."""
    return draft_page(
        request,
        case_id,
        later.CHANGE,
        ChangeForm,
        later.draft_change,
        heading=_("Draft a change of the placement"),
    )


@form_page(Permission.DRAFT_DECISIONS)
def placement_suspend(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a suspension of the placement."""
    return draft_page(
        request,
        case_id,
        later.SUSPEND,
        SuspensionForm,
        later.draft_suspension,
        heading=_("Draft the suspension of the placement"),
    )


@form_page(Permission.DRAFT_DECISIONS)
def placement_resume(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the end of a suspension."""
    return draft_page(
        request,
        case_id,
        later.RESUME,
        ResumeForm,
        later.draft_resumption,
        heading=_("Draft the end of the suspension"),
    )


@form_page(Permission.DRAFT_DECISIONS)
def placement_end(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the end of the placement."""
    return draft_page(
        request, case_id, later.END, EndForm, later.draft_end, heading=_("Draft the end of the placement")
    )


@form_page(Permission.WORK_ON_CASES)
def placement_explained(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """How a person was told why the placement is to end, and heard."""
    case = case_to_change(request, case_id, "placement", "around")
    today = clock.today()
    people = [(person, person.holds_authority(today)) for person in everybody_around(case)]
    form = ExplainedForm(posted(request), people=sorted(people, key=lambda one: not one[1]))
    return case_form(
        request,
        case,
        form,
        lambda: later.record_explained(case, **form.cleaned_data, by=request.by),
        section="placement",
        done=_("It was recorded."),
        several=True,
        not_to_tell=shown_not_to_tell(request, case),
        heading=_("Record how the end of the placement was explained"),
        label=_("Record it"),
        reason=reason_against(later_rules.check_may_explain, case, request.by),
    )


@form_page(Permission.WORK_ON_CASES)
def placement_visit(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """That the child was seen where it is placed."""
    case = case_to_change(request, case_id, "placement")
    form = VisitForm(posted(request), case=case)
    return case_form(
        request,
        case,
        form,
        lambda: seen.record_visit(case, **form.cleaned_data, by=request.by),
        section="placement",
        done=_("The visit was recorded."),
        heading=_("Record that the child was seen where it is placed"),
        label=_("Record the visit"),
        reason=reason_against(seen.check_may_visit, case, request.by),
    )
