"""The director's page of delegations."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.administration import actions, rules
from agencies.administration.forms import DelegationForm
from agencies.administration.queries import DelegationRow
from agencies.staff.access import StaffRequest, action, form_page
from agencies.staff.models import Delegation
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, reason_against


@form_page(Permission.DECIDE)
def delegations(request: StaffRequest) -> HttpResponse:
    """Who decides what in the director's place, and a form to give it to somebody."""
    form = DelegationForm(request.POST if request.method == "POST" else None, by=request.by)
    if form.is_valid() and _given(request, form):
        messages.success(request, _("The delegation has been given."))
        return redirect("delegations")
    given = Delegation.objects.filter(office=request.by.office).select_related(
        "to_post__staff", "to_post__office", "given_by__staff"
    )
    rows = [
        DelegationRow(row, reason_against(rules.check_may_end_delegation, row, request.by)) for row in given
    ]
    return render(request, "agencies/administration/delegations.html", {"form": form, "rows": rows})


def _given(request: StaffRequest, form: DelegationForm) -> bool:
    facts = form.cleaned_data
    try:
        actions.delegate(
            facts["to_post"],
            facts["acts"],
            starts_on=facts["starts_on"],
            ends_on=facts["ends_on"],
            by=request.by,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal.reason))
        return False
    return True


@action(Permission.DECIDE)
def delegation_end(request: StaffRequest, delegation_id: UUID) -> HttpResponse:
    """Take a delegation back."""
    found = get_object_or_404(Delegation, pk=delegation_id, office=request.by.office)
    try:
        actions.end_delegation(found, by=request.by)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("The delegation has ended."))
    return redirect("delegations")
