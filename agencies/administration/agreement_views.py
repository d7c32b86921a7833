"""Sharing agreements: an administrator drafts them, the director of the responsible office decides and ends them."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.administration import actions, rules
from agencies.administration.forms import AgreementForm, LastDayForm
from agencies.administration.queries import AgreementRow
from agencies.agreements.models import SharingAgreement
from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.pages import buttons_answer, form_answer, posted
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
        template="agencies/administration/form_page.html",
        list_name=_("Sharing agreements"),
        list_url=reverse("agreement_list"),
        heading=_("Add an agreement"),
        intro=_(
            "The director of the responsible office decides. An agreement is never changed: draft a new one, and let the old"
            " one end."
        ),
        label=_("Draft it"),
        to=("agreement_list",),
    )


@form_page(Permission.ADMINISTER, Permission.DECIDE)
def agreement(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """One agreement: what it opens, who drafted and who decided it, the director's buttons, and the form that brings its last
    day forward."""
    found = _found(agreement_id)
    form = LastDayForm(posted(request), initial={"ends_on": found.ends_on})
    return form_answer(
        request,
        form,
        lambda: actions.end_agreement(found, form.cleaned_data["ends_on"], by=request.by),
        done=_("The last day of the agreement was brought forward."),
        to=("agreement", found.pk),
        template="agencies/administration/agreement.html",
        row=AgreementRow(found),
        agreement=found,
        not_decide=reason_against(rules.check_may_decide_agreement, found, request.by),
        not_end=reason_against(rules.check_may_end_agreement, found, request.by, clock.today()),
    )


@action(Permission.DECIDE)
def agreement_decide(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """Approve a draft, or do not."""
    found = _found(agreement_id)
    decide = partial(actions.decide_agreement, found, by=request.by)
    buttons = {
        "approve": (_("The agreement was approved."), partial(decide, approved=True)),
        "refuse": (_("The agreement was not approved."), partial(decide, approved=False)),
    }
    return buttons_answer(request, "verdict", buttons, to=("agreement", found.pk))


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
