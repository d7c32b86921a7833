"""The office's delegations: a supervisor or director drafts them, a director decides and ends them."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.administration import actions
from agencies.administration.forms import DelegationForm
from agencies.administration.queries import delegations_of
from agencies.staff.access import StaffRequest, action, form_page
from agencies.staff.models import Delegation
from agencies.staff.pages import button_answer, buttons_answer, form_answer, posted
from agencies.staff.roles import Permission


@form_page(Permission.MANAGE_TEAM)
def delegations(request: StaffRequest) -> HttpResponse:
    """Who decides what in the director's place, and a form to draft another delegation."""
    form = DelegationForm(posted(request), by=request.by)
    return form_answer(
        request,
        form,
        lambda: actions.draft_delegation(**form.cleaned_data, by=request.by),
        done=_("The delegation waits for the director's decision."),
        to=("delegations",),
        template="agencies/administration/delegations.html",
        rows=delegations_of(request.by),
    )


@action(Permission.MANAGE_TEAM)
def delegation_decide(request: StaffRequest, delegation_id: UUID) -> HttpResponse:
    """Give a drafted delegation, or do not."""
    decide = partial(actions.decide_delegation, _found(request, delegation_id), by=request.by)
    buttons = {
        "approve": (_("The delegation has been given."), partial(decide, approved=True)),
        "refuse": (_("The delegation was not given."), partial(decide, approved=False)),
    }
    return buttons_answer(request, "verdict", buttons, to=("delegations",))


@action(Permission.MANAGE_TEAM)
def delegation_end(request: StaffRequest, delegation_id: UUID) -> HttpResponse:
    """Take back a delegation, or one's own draft of one."""
    end = partial(actions.end_delegation, _found(request, delegation_id), by=request.by)
    return button_answer(request, end, done=_("The delegation has ended."), to=("delegations",))


def _found(request: StaffRequest, delegation_id: UUID) -> Delegation:
    rows = Delegation.objects.select_related("office", "to_position__staff")
    return get_object_or_404(rows, pk=delegation_id, office=request.by.office)
