"""The plan of an institution at the case: it is asked for, read and answered."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page
from agencies.staff.pages import button_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change, section_url
from cases.reliance import actions, rules
from cases.reliance.forms import AnswerForm, AskForm, TellForm
from cases.reliance.models import RelianceFile, ReliancePlan
from cases.reliance.prefill import told_at_first, told_before
from cases.reliance.queries import aims_of, institutions, results_in, told_to, versions_at


@form_page(Permission.WORK_ON_CASES)
def reliance_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Ask the institution where the child is placed for its plan."""
    case = case_to_change(request, case_id, "reliance", "guidelines")
    form = AskForm(posted(request), case=case, institutions=institutions(), initial=told_at_first(case))
    return case_form(
        request,
        case,
        form,
        lambda: actions.ask_for_plan(case, form.chosen(), form.told(), by=request.by),
        section="reliance",
        done=_("The institution has been asked. Its staff are told."),
        heading=_("Ask the institution for its self-reliance plan"),
        label=_("Tell and ask the institution"),
        reason=reason_against(rules.check_may_ask, case, request.by),
    )


def _file_or_404(case: Case, file_id: UUID) -> RelianceFile:
    row = get_object_or_404(RelianceFile.objects.select_related("institution"), case=case, pk=file_id)
    row.case = case
    return row


@form_page(Permission.WORK_ON_CASES)
def reliance_tell(request: StaffRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """Write anew what the institution knows."""
    case = case_to_change(request, case_id, "reliance")
    file = _file_or_404(case, file_id)
    latest = next(iter(told_to(file)), None)
    form = TellForm(posted(request), case=case, initial=told_before(latest) if latest else {})
    return case_form(
        request,
        case,
        form,
        lambda: actions.tell_institution(file, form.told(), by=request.by),
        section="reliance",
        done=_("The institution reads this from now on."),
        heading=_("Correct what the institution knows"),
        label=_("Tell the institution"),
        reason=reason_against(rules.check_may_tell, file, request.by),
    )


@action(Permission.WORK_ON_CASES)
def reliance_end(request: StaffRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """The institution writes no further plan."""
    case = case_to_change(request, case_id, "reliance", level=Level.VIEW)
    file = _file_or_404(case, file_id)
    return button_answer(
        request,
        lambda: actions.end_file(file, by=request.by),
        done=_("The institution writes no further plan of this child."),
        to=(section_url(case, "reliance"),),
        at="reliance",
    )


@form_page(Permission.WORK_ON_CASES)
def reliance_plan(request: StaffRequest, case_id: UUID, version_id: UUID) -> HttpResponse:
    """Read a version; accept it, or ask back."""
    case = case_to_change(request, case_id, "reliance", level=Level.VIEW)
    row = get_object_or_404(ReliancePlan.objects.filter(case=case), pk=version_id)
    file = _file_or_404(case, row.file_id)
    versions = versions_at(file)
    shown = next(one for one in versions if one.row.pk == row.pk)
    shown.row.case = case
    before = [one.row for one in versions if one.row.version < shown.row.version and one.row.accepted]
    form = AnswerForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.answer_plan(
            shown.row,
            file,
            accepted=form.accepted,
            reason=form.cleaned_data["reason"],
            by=request.by,
        ),
        section="reliance",
        done=_("The institution is told your answer."),
        template="cases/reliance/version.html",
        shown=shown,
        d=shown.row,
        file=file,
        aims=aims_of(shown.row),
        became=list(zip(aims_of(before[0]), results_in(shown.row), strict=False)) if before else [],
        reason=reason_against(rules.check_may_answer, shown.row, file, request.by),
    )
