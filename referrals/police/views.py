"""The police desk, and the one page a receiver reads."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.staff.access import StaffRequest, action, form_page, page
from agencies.staff.models import Position
from agencies.staff.pages import button_answer, form_answer, id_pressed, not_pressed, posted, refusal_of
from agencies.staff.roles import Permission
from agencies.staff.rules import reason_against
from cases.prints.pages import pdf_answer
from cases.records.codes import URGENCY_BADGES
from referrals.disclosures.queries import PackageView, case_of_closed, package_view
from referrals.police import actions, rules
from referrals.police.forms import AssignForm
from referrals.police.papers import package_pdf
from referrals.police.queries import DeskPage, Letter, letter_at_desk, letters_ended, letters_in_hand
from security.audit.verbs import Verb
from security.walls import clock

FEW = 5
"""Ended envelopes on the desk itself; a page of their own has them all."""
CLOSED = "the disclosure is closed"
"""The rule under which the access log keeps an attempt to read what was withdrawn or has ended."""


def letter_or_404(request: StaffRequest, disclosure_id: UUID) -> Letter:
    """An envelope on the desk of the position's own office; anything else is the same 404."""
    letter = letter_at_desk(request.by, disclosure_id)
    if letter is None:
        raise Http404
    return letter


@page(Permission.RECEIVE_DISCLOSURES)
def police_desk(request: StaffRequest) -> HttpResponse:
    """The envelopes in hand at the office, and the few that ended last. No case content."""
    by, asked = request.by, request.GET.dict()
    in_hand, ended = letters_in_hand(by, asked), letters_ended(by, {}, size=FEW)
    rows = _rows(in_hand, by)
    context = {
        "rows": [row for row in rows if row["letter"].closed_since is None],
        "shown": in_hand.shown,
        # What the worker has not settled yet has ended all the same.
        "ended": [row for row in rows if row["letter"].closed_since is not None] + _rows(ended, by),
        "more_ended": bool(ended.shown.older),
        "assigns": by.may(Permission.ASSIGN_DISCLOSURES),
    }
    return render(request, "referrals/police/desk.html", context)


@page(Permission.RECEIVE_DISCLOSURES)
def envelopes_ended(request: StaffRequest) -> HttpResponse:
    """All envelopes of the office that have ended."""
    ended = letters_ended(request.by, request.GET.dict())
    context = {"rows": _rows(ended, request.by), "shown": ended.shown}
    return render(request, "referrals/police/ended.html", context)


def _rows(desk: DeskPage, by: Position) -> list[dict[str, Any]]:
    return [
        {
            "letter": letter,
            "urgency_kind": URGENCY_BADGES.get(letter.envelope.urgency, "neutral"),
            "mine": by.pk in letter.reader_positions,
            "not_take": reason_against(rules.check_may_take, letter, by),
        }
        for letter in desk.letters
    ]


@action(Permission.RECEIVE_DISCLOSURES)
def envelope_take(request: StaffRequest, disclosure_id: UUID) -> HttpResponse:
    """Take an envelope and read it."""
    letter = letter_or_404(request, disclosure_id)
    refusal = refusal_of(actions.take, letter, by=request.by)
    if refusal:
        messages.error(request, refusal)
        return redirect("envelopes")
    return redirect("letter", disclosure_id)


@form_page(Permission.ASSIGN_DISCLOSURES)
def envelope_assign(request: StaffRequest, disclosure_id: UUID) -> HttpResponse:
    """Assign an officer."""
    letter = letter_or_404(request, disclosure_id)
    form = AssignForm(posted(request), office_id=request.by.office_id, taken=letter.reader_positions)
    return form_answer(
        request,
        form,
        lambda: actions.assign(letter, form.cleaned_data["officer"], by=request.by),
        done=_("The officer has been assigned."),
        template="referrals/police/assign.html",
        to=("envelopes",),
        letter=letter,
        reason=reason_against(rules.check_may_assign, letter, request.by),
    )


@action(Permission.ASSIGN_DISCLOSURES)
def envelope_end(request: StaffRequest, disclosure_id: UUID) -> HttpResponse:
    """End an officer's assignment."""
    letter = letter_or_404(request, disclosure_id)
    wanted = id_pressed(request, "ends")
    if wanted is None:
        return not_pressed(request, "envelope_assign", disclosure_id)
    officer = next((position for position in letter.readers if position.pk == wanted), None)
    if officer is None:
        raise Http404
    return button_answer(
        request,
        lambda: actions.end_assignment(letter, officer, by=request.by),
        done=_("The assignment has been ended."),
        to=("envelope_assign", disclosure_id),
    )


@page(Permission.RECEIVE_DISCLOSURES)
def received(request: StaffRequest, disclosure_id: UUID) -> HttpResponse:
    """The limited view, for the officers it is assigned to; after its end one page without case content."""
    return _read(
        request,
        disclosure_id,
        Verb.DISCLOSURE_VIEW,
        lambda package, _letter: render(
            request, "referrals/disclosures/package_page.html", {"package": package}
        ),
    )


@page(Permission.RECEIVE_DISCLOSURES)
def received_print(request: StaffRequest, disclosure_id: UUID) -> HttpResponse:
    """The same as PDF, recorded as a print; from the second on it says that it is a reprint."""

    def sheet(package: PackageView, letter: Letter) -> HttpResponse:
        again = not actions.is_first_print(letter)
        return pdf_answer(
            request, lambda: package_pdf(package, clock.now(), by=request.by, again=again), package.reference
        )

    return _read(request, disclosure_id, Verb.DISCLOSURE_PRINT, sheet)


def _read(
    request: StaffRequest,
    disclosure_id: UUID,
    verb: Verb,
    answer: Callable[[PackageView, Letter], HttpResponse],
) -> HttpResponse:
    letter = letter_or_404(request, disclosure_id)
    if request.by.pk not in letter.reader_positions:
        raise Http404
    package = package_view(disclosure_id)
    if package is None:
        request.event.note_denied(CLOSED, str(disclosure_id), case_of_closed(disclosure_id))
        actions.tell_of_attempt(letter, request.event.request_id)
        letter = letter_or_404(request, disclosure_id)  # it may have closed since it was first asked for
        return render(request, "referrals/police/closed.html", {"letter": letter})
    request.event.note_shown(package.case_id, "package", verb=verb)
    request.event.note(verb, purpose="police_report", object_pk=str(disclosure_id))
    actions.tell_of_look(letter, request.event.request_id)
    actions.note_opened(letter)
    return answer(package, letter)
