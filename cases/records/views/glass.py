"""Broken glass: a case of the caller's office is opened for four hours, with a reason that a supervisor reviews."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import posted, saved
from agencies.staff.roles import Permission, Role
from agencies.staff.rules import reason_against
from cases.records.actions import break_glass, review_glass
from cases.records.codes import Finding, Level, Relation
from cases.records.glass_forms import FindingForm, GlassForm
from cases.records.models import Grant
from cases.records.pages import case_form, case_or_404
from cases.records.queries import before_glass, holds
from cases.records.rules import GLASS_LIMIT, check_may_break_glass
from security.audit.queries import looks_at_case
from security.audit.verbs import Verb
from security.rooms import panels_label
from security.walls import clock

HOURS = 4
"""How long a broken glass lasts: the page says it, ``wall.break_glass`` counts it."""
LOOKS = 100
"""How many looks the review lists, the first ones; it says where there are more."""


@form_page(Permission.BREAK_GLASS)
def case_glass(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What is asked before the glass is broken, who is told, and who reviews."""
    hidden = before_glass(case_id)
    if hidden is None:
        raise Http404
    if holds(request.by, case_id, Level.VIEW):
        return redirect(reverse("case", args=[case_id], fragment="glass"))
    request.event.note_shown(case_id, "behind_glass")
    form = GlassForm(posted(request))
    why_not = reason_against(check_may_break_glass, request.by)
    if why_not and request.method == "POST":
        request.event.note_denied(GLASS_LIMIT, case_id=case_id)
    elif form.is_valid() and saved(form, break_glass, case_id, form.cleaned_data["reason"], by=request.by):
        return redirect(reverse("case", args=[case_id], fragment="glass"))
    context = {
        "form": form,
        "hidden": hidden,
        "until": clock.now() + timedelta(hours=HOURS),
        "why_not": why_not,
        "on_duty": request.by.role == Role.DUTY_OFFICER,
    }
    return render(request, "cases/records/glass.html", context)


@form_page(Permission.REVIEW_LINE)
def glass_review(request: StaffRequest, case_id: UUID, grant_id: UUID) -> HttpResponse:
    """The reason that was given, and what was looked at; a supervisor who is not that person closes the review."""
    case = case_or_404(request, case_id, "glass", level=Level.MANAGE)
    grants = Grant.objects.exclude(user_id=request.by.staff_id).select_related(
        "content_object", "position__staff", "position__section", "reviewed_by__staff"
    )
    grant = get_object_or_404(grants, content_object=case, relation=Relation.GLASS, pk=grant_id)
    form = FindingForm(posted(request))
    until = grant.ended_at or grant.ends_at or clock.now()
    looks = looks_at_case(case.pk).between(grant.user_id, grant.starts_at, until, LOOKS + 1)
    return case_form(
        request,
        case,
        form,
        lambda: review_glass(
            grant, Finding(form.cleaned_data["finding"]), form.cleaned_data["note"], by=request.by
        ),
        section="glass",
        done=_("The finding has been recorded."),
        template="cases/records/glass_review.html",
        to=("home",),
        grant=grant,
        looks=[(look.at, Verb(look.verb).label, panels_label(look.panels)) for look in looks[:LOOKS]],
        most=LOOKS if len(looks) > LOOKS else None,
    )
