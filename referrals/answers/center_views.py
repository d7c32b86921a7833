"""What the center says to an answer of the police: a button that accepts it, and the form that asks back."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page
from agencies.staff.pages import button_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.records.models import Case
from cases.records.pages import case_form, case_to_change, section_url
from referrals.answers import actions, rules
from referrals.answers.forms import AskBackForm
from referrals.answers.models import Answer
from referrals.answers.queries import Answered, answered_reports_of
from security.walls import clock


@action(Permission.WORK_ON_CASES)
def answer_accept(request: StaffRequest, case_id: UUID, answer_id: UUID) -> HttpResponse:
    """Accept the answer that holds now."""
    case = case_to_change(request, case_id, "answers")
    _of(case, answer_id)
    return button_answer(
        request,
        lambda: actions.accept_answer(case, answer_id, by=request.by),
        done=_("The answer of the police has been accepted."),
        to=(section_url(case, "answers"),),
        at="answers",
    )


@form_page(Permission.WORK_ON_CASES)
def answer_ask_back(request: StaffRequest, case_id: UUID, answer_id: UUID) -> HttpResponse:
    """Ask the police back, with a reason."""
    case = case_to_change(request, case_id, "answers")
    found, row = _of(case, answer_id)
    form = AskBackForm(posted(request))
    return case_form(
        request,
        case,
        form,
        lambda: actions.ask_back(case, answer_id, by=request.by, **form.cleaned_data),
        section="answers",
        done=_("The police have been asked back."),
        heading=_("Ask the police back"),
        intro=_(
            "They read it on the page of the report, and may answer anew. You stay in charge of it until an answer is accepted."
        ),
        label=_("Ask back"),
        reason=reason_against(rules.check_may_ask_back, found, row, request.by, clock.now()),
    )


def _of(case: Case, answer_id: UUID) -> tuple[Answered, Answer]:
    """The report and its answer, of this case; else the same 404 as for a missing one."""
    for found in answered_reports_of(case):
        for row in found.answers:
            if row.pk == answer_id:
                return found, row
    raise Http404
