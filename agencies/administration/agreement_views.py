"""The administrator's pages of sharing agreements."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.administration import actions
from agencies.administration.forms import AgreementForm
from agencies.administration.queries import AgreementRow
from agencies.agreements.models import SharingAgreement
from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused

PARTS = ("reference", "items", "grounds", "starts_on", "ends_on")


@page(Permission.ADMINISTER)
def agreement_list(request: StaffRequest) -> HttpResponse:
    """All agreements, with what each opens."""
    agreements = SharingAgreement.objects.select_related("sender", "recipient")
    rows = [AgreementRow(agreement) for agreement in agreements]
    return render(request, "agencies/administration/agreement_list.html", {"rows": rows})


@form_page(Permission.ADMINISTER)
def agreement_add(request: StaffRequest) -> HttpResponse:
    """A new agreement."""
    return _agreement_page(request, None)


@form_page(Permission.ADMINISTER)
def agreement(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """Change an agreement, or name its last day."""
    found = get_object_or_404(SharingAgreement.objects.select_related("sender", "recipient"), pk=agreement_id)
    return _agreement_page(request, found)


def _agreement_page(request: StaffRequest, agreement: SharingAgreement | None) -> HttpResponse:
    initial = {name: getattr(agreement, name) for name in PARTS} if agreement else None
    form = AgreementForm(
        request.POST if request.method == "POST" else None, offices=agreement is None, initial=initial
    )
    if form.is_valid():
        try:
            actions.save_agreement(form.cleaned_data, by=request.by, agreement=agreement)
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            messages.success(request, _("Saved."))
            return redirect("agreement_list")
    return render(request, "agencies/administration/agreement.html", {"form": form, "agreement": agreement})
