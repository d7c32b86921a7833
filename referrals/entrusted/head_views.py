"""The pages of the head of the office that gives the help: who gives it, and naming another person. Nothing of the plan."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page, page
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from referrals.entrusted import actions, queries, rules
from referrals.entrusted.forms import NameForm
from referrals.entrusted.models import Entrusted
from security.walls import clock


def _entrusted_or_404(request: StaffRequest, entrusted_id: UUID) -> Entrusted:
    row = queries.entrusted_here(request.by).filter(pk=entrusted_id).first()
    if row is None:
        raise Http404
    request.menu_at = reverse("entrusted_here")
    return row


@page(Permission.NAME_GIVERS)
def entrusted_here(request: StaffRequest) -> HttpResponse:
    """The plans in hand at this office, who gives each, and which one is late."""
    rows, now = list(queries.entrusted_here(request.by)[: queries.MOST]), clock.now()
    context = {"rows": [(row, row.is_late_at(now), not row.provider.is_current) for row in rows]}
    return render(request, "referrals/entrusted/here.html", context)


@form_page(Permission.NAME_GIVERS)
def entrusted_name(request: StaffRequest, entrusted_id: UUID) -> HttpResponse:
    """Name another person of this office, with the reason."""
    row = _entrusted_or_404(request, entrusted_id)
    colleagues = queries.to_name(row)
    form = NameForm(posted(request), givers=colleagues)
    nobody = "" if colleagues else _("Nobody else at this office can give this help. Call the center.")
    return form_answer(
        request,
        form,
        lambda: actions.name_giver(row, form.chosen(), form.cleaned_data["why"], by=request.by),
        done=_("Named: the person can read the plan now, and both and the center are told."),
        to=("entrusted_here",),
        template="referrals/entrusted/name.html",
        row=row,
        namings=queries.namings_of(row),
        reason=reason_against(rules.check_may_name, row, request.by) or nobody,
    )
