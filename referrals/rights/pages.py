"""What every page about a letter begins with, and how its forms are saved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse

from agencies.staff.access import StaffRequest
from agencies.staff.pages import form_answer
from referrals.rights.models import ChildLetter
from referrals.rights.queries import letters_for
from security.audit.verbs import Verb


def letter_or_404(request: StaffRequest, letter_id: UUID) -> ChildLetter:
    """The letter, if the acting position keeps it; the look is noted. Another bureau's and a missing one are one 404."""
    row = (
        letters_for(request.by).select_related("office", "registered_by__staff").filter(pk=letter_id).first()
    )
    if row is None:
        raise Http404
    request.event.note(Verb.LETTER_VIEW, object_pk=str(row.pk))
    return row


def letter_form(
    request: StaffRequest,
    letter: ChildLetter,
    form: forms.Form,
    act: Callable[[], Any],
    *,
    heading: str,
    done: str,
    at: str,
    template: str = "referrals/rights/form_page.html",
    **context: Any,
) -> HttpResponse:
    """The answer of a form about one letter; once saved, back to the card ``at`` of the letter's page."""
    back = reverse("child_letter", args=[letter.pk], fragment=at)
    more = {"heading": heading, "letter": letter, "back_url": back, **context}
    return form_answer(request, form, act, done=done, to=(back,), template=template, at=at, **more)
