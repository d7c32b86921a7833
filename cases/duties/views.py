"""The list of open duties, and the page of one."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, posted
from agencies.staff.roles import CASEWORK, Permission
from agencies.staff.rules import reason_against
from cases.duties import actions, rules
from cases.duties.codes import declared, is_by_act
from cases.duties.forms import DutyForm
from cases.duties.models import Duty
from cases.duties.queries import MOST, duties_open_for
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.pages import case_form, case_or_404, case_to_change
from face.lines import Line
from security.walls import clock


@page(*CASEWORK)
def duties(request: StaffRequest) -> HttpResponse:
    """The duties that wait for this position or on its cases, with owner and due date."""
    rows = duties_open_for(request.by)
    for row in rows:
        request.event.note_shown(row.case_id, "duties")
    context = {"rows": rows, "now": clock.now(), "is_cut": len(rows) >= MOST}
    return render(request, "cases/duties/duties.html", context)


@form_page(*CASEWORK)
def duty(request: StaffRequest, case_id: UUID, duty_id: UUID) -> HttpResponse:
    """Read a duty; write how it was done."""
    case = case_to_change(request, case_id, "duties", level=Level.VIEW)
    row = _duty_or_404(case, duty_id)
    form = DutyForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.fulfil_duty(row, note=form.cleaned_data["note"], by=request.by),
        section="duties",
        done=_("The duty has been marked as done."),
        template="cases/duties/duty.html",
        row=row,
        after=_after(row),
        by_act=is_by_act(row.kind),
        reason=reason_against(rules.check_may_fulfil, row, request.by),
        not_take_over=reason_against(rules.check_may_take_over, row, request.by),
    )


@action(Permission.REVIEW_LINE, Permission.KEEP_SUPPORT)
def duty_take_over(request: StaffRequest, case_id: UUID, duty_id: UUID) -> HttpResponse:
    """Take over a colleague's duty."""
    case = case_or_404(request, case_id, "duties", level=Level.MANAGE)
    row = _duty_or_404(case, duty_id)
    return button_answer(
        request,
        lambda: actions.take_over_duty(row, by=request.by),
        done=_("The duty is yours now."),
        to=("duty", case.pk, row.pk),
    )


def _duty_or_404(case: Case, duty_id: UUID) -> Duty:
    rows = Duty.objects.select_related("owner__staff", "done_by__staff").prefetch_related("warnings")
    return get_object_or_404(rows, case=case, pk=duty_id)


def _after(row: Duty) -> Line | None:
    """Where the row is read that the duty follows from; None for a kind of an older version, whose room is gone."""
    kind = next((kind for kind in declared() if kind.code == row.kind), None)
    return kind.after(row.case_id, row.cause) if kind else None
