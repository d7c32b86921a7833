"""The office's delegations: a supervisor or director drafts them, a director decides and ends them."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.administration import actions
from agencies.administration.forms import DelegationForm
from agencies.administration.queries import delegations_of
from agencies.staff.access import StaffRequest, action, form_page
from agencies.staff.models import Delegation
from agencies.staff.pages import button_answer, buttons_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused


@form_page(Permission.MANAGE_TEAM)
def delegations(request: StaffRequest) -> HttpResponse:
    """Who decides what in the director's place, and a form to draft another delegation."""
    form = DelegationForm(posted(request), by=request.by)
    if form.is_valid() and _drafted(request, form):
        messages.success(request, _("The delegation waits for the director's decision."))
        return redirect("delegations")
    context = {"form": form, "rows": delegations_of(request.by)}
    return render(request, "agencies/administration/delegations.html", context)


def _drafted(request: StaffRequest, form: DelegationForm) -> bool:
    facts = form.cleaned_data
    days = {name: facts[name] for name in ("starts_on", "ends_on")}
    try:
        actions.draft_delegation(facts["to_position"], facts["acts"], by=request.by, **days)
    except Refused as refusal:
        form.add_error(None, str(refusal.reason))
        return False
    return True


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
    """Take a delegation, or one's draft of one, back."""
    end = partial(actions.end_delegation, _found(request, delegation_id), by=request.by)
    return button_answer(request, end, done=_("The delegation has ended."), to=("delegations",))


def _found(request: StaffRequest, delegation_id: UUID) -> Delegation:
    rows = Delegation.objects.select_related("office", "to_position__staff")
    return get_object_or_404(rows, pk=delegation_id, office=request.by.office)
