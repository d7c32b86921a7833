"""Drafting a change of place."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted
from agencies.staff.roles import Permission
from cases.cautions.pages import shown_not_to_tell
from cases.decisions.pages import earlier_draft, waits_for, why_not_draft
from cases.records.forms import offer_colleagues
from cases.records.pages import case_form, case_to_change
from cases.records.queries import colleagues
from cases.stays.actions import CHANGE, draft_change
from cases.stays.forms import ChangeForm, typed_before
from cases.stays.queries import present_stay


@form_page(Permission.DRAFT_DECISIONS)
def place_change(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Draft a change of place; an own draft that waits is changed, a returned one is drafted again."""
    case = case_to_change(request, case_id, "stay")
    earlier = earlier_draft(request, CHANGE, case)
    form = ChangeForm(posted(request), initial=typed_before(earlier) if earlier else {})
    offer_colleagues(form, "said_by", colleagues(case, Permission.DECIDE))
    return case_form(
        request,
        case,
        form,
        lambda: draft_change(case, form.facts(), by=request.by, earlier=earlier),
        section="stay",
        done=waits_for(CHANGE, request.by),
        template="cases/stays/draft.html",
        heading=_("Draft a change of the place of custody"),
        label=_("Ask for the decision"),
        stay=present_stay(case),
        not_to_tell=shown_not_to_tell(request, case),
        earlier=earlier,
        reason=why_not_draft(request, CHANGE, case, earlier),
    )
