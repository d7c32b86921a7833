"""Sharing agreements: an administrator drafts them, the director of the responsible office decides and ends them."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.administration import actions, rules
from agencies.administration.forms import AgreementForm, LastDayForm
from agencies.administration.queries import AgreementRow
from agencies.agreements.models import SharingAgreement
from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import button_answer, form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from security.walls import clock


@page(Permission.ADMINISTER, Permission.DECIDE)
def agreement_list(request: StaffRequest) -> HttpResponse:
    """All agreements, or those of a director's office, with what each opens."""
    agreements = SharingAgreement.objects.select_related("sender", "recipient")
    rows = [AgreementRow(agreement) for agreement in agreements]
    context = {"rows": rows, "may_add": request.by.may(Permission.ADMINISTER)}
    return render(request, "agencies/administration/agreement_list.html", context)


@form_page(Permission.ADMINISTER)
def agreement_add(request: StaffRequest) -> HttpResponse:
    """The draft of a new agreement."""
    form = AgreementForm(posted(request))
    return form_answer(
        request,
        form,
        lambda: actions.draft_agreement(form.cleaned_data, by=request.by),
        done=_("The agreement waits for the director's decision."),
        template="agencies/administration/agreement_add.html",
        to=("agreement_list",),
    )


@page(Permission.ADMINISTER, Permission.DECIDE)
def agreement(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """One agreement: what it opens, who drafted and who decided it, and the director's buttons."""
    found = _found(agreement_id)
    context = {
        "row": AgreementRow(found),
        "agreement": found,
        "form": LastDayForm(initial={"ends_on": found.ends_on}),
        "not_decide": reason_against(rules.check_may_decide_agreement, found, request.by),
        "not_end": reason_against(rules.check_may_end_agreement, found, request.by, clock.today()),
    }
    return render(request, "agencies/administration/agreement.html", context)


@action(Permission.DECIDE)
def agreement_decide(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """Approve a draft (``verdict`` approve), or do not."""
    found, approved = _found(agreement_id), request.POST.get("verdict") == "approve"
    done = (
        gettext_lazy("The agreement was approved.")
        if approved
        else gettext_lazy("The agreement was not approved.")
    )
    return _acted(
        request, found, lambda: actions.decide_agreement(found, approved=approved, by=request.by), done
    )


@action(Permission.DECIDE)
def agreement_end(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """Bring the last day forward."""
    found, form = _found(agreement_id), LastDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter the last day as a date."))
        return redirect("agreement", found.pk)
    last_day = form.cleaned_data["ends_on"]
    done = gettext_lazy("The last day of the agreement was brought forward.")
    return _acted(request, found, lambda: actions.end_agreement(found, last_day, by=request.by), done)


def _found(agreement_id: UUID) -> SharingAgreement:
    rows = SharingAgreement.objects.select_related(
        "sender",
        "recipient",
        "drafted_by__staff",
        "drafted_by__office",
        "decided_by__staff",
        "decided_by__office",
    )
    return get_object_or_404(rows, pk=agreement_id)


def _acted(
    request: StaffRequest, row: SharingAgreement, act: Callable[[], None], done: str | Promise
) -> HttpResponse:
    return button_answer(request, act, done=str(done), to=("agreement", row.pk))
