"""The form on which the closing of a case is drafted."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.closing.actions import CLOSING, draft_closing
from cases.closing.forms import ClosingForm, typed_before
from cases.closing.rules import check_decided
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.pages import case_form, case_to_change


@form_page(Permission.DRAFT_DECISIONS, Permission.KEEP_SUPPORT)
def closing_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft the closing; an own draft that waits is changed, a returned one is drafted again."""
    case = case_to_change(request, case_id, "closing")
    earlier = earlier_draft(request, CLOSING, case)
    form = ClosingForm(posted(request), initial=typed_before(earlier) if earlier else {})
    return case_form(
        request,
        case,
        form,
        lambda: draft_closing(case, **form.cleaned_data, by=request.by, earlier=earlier),
        section="closing",
        done=waits_for(CLOSING, request.by),
        template="cases/closing/draft.html",
        heading=_("Draft the closing"),
        intro=_("A closed case is read-only."),
        label=_("Ask for the decision"),
        earlier=earlier,
        missing=reason_against(check_decided, case, None),
        reason=why_not_draft(request, CLOSING, case, earlier),
    )
