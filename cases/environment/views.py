"""Writing down an adjustment of the child's environment, and how it ended."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import CASEWORK
from agencies.staff.rules import reason_against
from cases.cautions.pages import shown_not_to_tell
from cases.environment import actions, rules
from cases.environment.codes import TaskState
from cases.environment.forms import EndForm, TaskForm
from cases.environment.queries import all_tasks_of
from cases.records.codes import Level
from cases.records.pages import case_form, case_to_change


@form_page(*CASEWORK)
def environment_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write down what was agreed with others."""
    case = case_to_change(request, case_id, "environment")
    form = TaskForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.record_task(case, **form.facts(), by=request.by),
        section="environment",
        done=_("The adjustment of the environment has been recorded."),
        heading=_("Record an adjustment of the environment"),
        several=True,
        not_to_tell=shown_not_to_tell(request, case),
        reason=reason_against(rules.check_may_record, case, request.by),
    )


@form_page(*CASEWORK)
def environment_task(request: StaffRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """Read an adjustment; record how it ended."""
    case = case_to_change(request, case_id, "environment", level=Level.VIEW)
    row = get_object_or_404(all_tasks_of(case), pk=task_id)
    row.case = case
    form = EndForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.end_task(row, **form.facts(), by=request.by),
        section="environment",
        done=_("It was recorded how the adjustment ended."),
        template="cases/environment/task.html",
        task=row,
        waits=row.state is TaskState.OPEN,
        why_not=reason_against(rules.check_may_end, row, TaskState.DONE, request.by),
    )
