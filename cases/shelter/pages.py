"""What every page about a child at a facility begins with, and how its forms are saved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse

from agencies.staff.access import StaffRequest
from agencies.staff.pages import form_answer
from cases.shelter.models import Admission
from cases.shelter.queries import stays_for
from security.audit.verbs import Verb
from security.walls import clock


def stay_or_404(request: StaffRequest, admission_id: UUID) -> Admission:
    """The stay, if the acting position reads it; the look is noted. Foreign, over and missing are one 404."""
    rows = stays_for(request.by, clock.now()).select_related("office", "section", "sent_by__staff")
    row = rows.filter(pk=admission_id).first()
    if row is None:
        raise Http404
    request.event.note_shown(row.case_id, "shelter", verb=Verb.CASE_VIEW, under=[row.key_scope()])
    return row


def facility_form(
    request: StaffRequest,
    row: Admission,
    form: forms.Form,
    act: Callable[[], Any],
    *,
    heading: str,
    done: str,
    at: str,
    **context: Any,
) -> HttpResponse:
    """The answer of a form of the facility about one child; once saved, back to the card ``at`` of the child's page."""
    back = reverse("shelter", args=[row.pk], fragment=at)
    template = "cases/shelter/form_page.html"
    more = {"heading": heading, "stay": row, "back_url": back, **context}
    return form_answer(request, form, act, done=done, to=(back,), template=template, at=at, **more)
