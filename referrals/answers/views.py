"""The officer's page of answers: what was answered so far, and the form of the next."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, form_page
from agencies.staff.pages import form_answer, posted
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from referrals.answers import actions, rules
from referrals.answers.forms import AnswerForm
from referrals.answers.models import Answer
from referrals.answers.queries import Received, received_by
from security.encryption.fields import values_of

IN_CHARGE = ("section", "officer", "police_number")


@form_page(Permission.RECEIVE_DISCLOSURES)
def letter_answer(request: StaffRequest, disclosure_id: UUID) -> HttpResponse:
    """Answer a report that is assigned to oneself, or correct (``?corrects=``) the answer that holds."""
    received = received_by(request.by, disclosure_id)
    if received is None:
        raise Http404
    if received.row is not None and received.answers:
        request.event.note_shown(received.row.case_id, "answers")
    wanted = request.GET.get("corrects", "")
    wrong = _corrected(received, wanted)
    if wanted and wrong is None and received.row is not None:
        raise Http404
    reason = (
        reason_against(rules.check_may_correct, received, wrong, request.by)
        if wanted
        else reason_against(rules.check_may_answer, received, request.by)
    )
    form = AnswerForm(
        posted(request), steps=rules.next_steps(received, wrong), initial=_first_words(received, wrong)
    )
    return form_answer(
        request,
        form,
        lambda: actions.write_answer(
            received,
            step=form.cleaned_data["step"],
            texts=form.texts(),
            by=request.by,
            corrects=wrong,
        ),
        done=_("The answer has been sent to the center."),
        to=("envelopes",),
        template="referrals/answers/letter_answer.html",
        received=received,
        correcting=wrong,
        reason=reason,
    )


def _corrected(received: Received, wanted: str) -> Answer | None:
    """The answer named on the page, if it is one of this report."""
    return next((row for row in received.answers if str(row.pk) == wanted), None)


def _first_words(received: Received, wrong: Answer | None) -> dict[str, Any]:
    """A correction begins with the words it corrects, another answer with who was in charge before."""
    if wrong is not None:
        return {"step": wrong.step, **values_of(wrong, actions.TEXTS)}
    return values_of(received.latest, IN_CHARGE) if received.latest else {}
