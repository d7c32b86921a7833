"""Home pages of other offices and of the administrator: the police, those who notify, and who keeps people and agreements."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.administration.queries import held_by
from agencies.agreements.models import SharingAgreement
from agencies.directory.models import OfficeKind
from agencies.staff.access import StaffRequest
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission
from cases.intake.codes import FilingState
from cases.intake.queries import my_filings
from desk.home.lines import Section
from face.lines import FEW, Line
from face.templatetags.face import duration
from referrals.answers.codes import Says
from referrals.answers.queries import asked_back_on
from referrals.police.queries import (
    Letter,
    letters_counted,
    letters_ended,
    letters_in_hand,
    officers_of,
    open_letters_by_officer,
)
from security.walls import clock

SOON = timedelta(days=30)
"""How long before its end a position or an agreement is on the administrator's home page."""
STEPS = (
    (FilingState.SENT, pgettext_lazy("step", "sent")),
    (FilingState.RECEIVED, pgettext_lazy("step", "opened")),
    (FilingState.REGISTERED, pgettext_lazy("step", "accepted")),
    (FilingState.REGISTERED, pgettext_lazy("step", "person in charge set")),
)
"""The way of a notification. The last two are reached together: a case has a person in charge from its first moment on."""


def letters(request: StaffRequest) -> Section:
    """The envelopes in hand (for an officer: those assigned): the new ones first, then what is to be answered first; those that
    have ended are folded away."""
    by = request.by
    own = not by.may(Permission.ASSIGN_DISCLOSURES)
    there = sorted(
        letters_in_hand(by, {}, own=own, size=FEW).letters, key=lambda letter: letter.state != "new"
    )
    found = [letter for letter in there if letter.state != "closed"]
    over = [letter for letter in there if letter.state == "closed"]
    ended = [_line_of(letter, request) for letter in over + letters_ended(by, {}, size=FEW).letters]
    count = {"count": letters_counted(own=own) - len(over)}
    heading = _("Assigned to you: %(count)s") % count if own else _("Envelopes: %(count)s") % count
    back = asked_back_on([one.envelope.disclosure_id for one in found if own and one.envelope.answered_at])
    asked = [_asked_line(letter) for letter in found if letter.envelope.disclosure_id in back]
    others = [_line_of(letter, request) for letter in found if letter.envelope.disclosure_id not in back]
    context = {"ended_letters": ended}
    return Section(
        "letters",
        heading,
        _("No envelope."),
        asked + others,
        reverse("envelopes"),
        _("All envelopes"),
        context=context,
        body="desk/home/letters.html",
    )


def _asked_line(letter: Letter) -> Line:
    """A report whose answer the center asks back: it leads to where it is answered."""
    envelope = letter.envelope
    url = reverse("letter_answer", args=[envelope.disclosure_id])
    return Line(url, envelope.reference, str(Says.ASKED_BACK.label), at=envelope.answered_at, pressing=True)


def _line_of(letter: Letter, request: StaffRequest) -> Line:
    envelope = letter.envelope
    settled = letter.closed_since or envelope.answered_at
    return Line(
        # Only who is assigned opens it; a supervisor takes or assigns on the list.
        reverse("letter", args=[envelope.disclosure_id])
        if request.by.pk in letter.reader_positions
        else reverse("envelopes"),
        envelope.reference,
        _state_of(letter),
        at=settled or envelope.sent_at,
        due=None if settled else envelope.due_at,
        pressing=letter.is_late or letter.is_unopened,
        fresh=letter.state == "new",
    )


def _state_of(letter: Letter) -> str:
    if letter.state == "closed":
        return str(letter.how_ended)
    if letter.envelope.answered_at is not None:
        return str(_("Answered"))
    if letter.state == "taken" and not letter.is_unopened:
        return str(_("Taken"))
    state = _("Not opened in time") if letter.is_unopened else _("New")
    since = _("arrived %(time)s ago") % {"time": duration(clock.now() - letter.envelope.sent_at)}
    return _("%(state)s (%(since)s)") % {"state": state, "since": since}


def officers(request: StaffRequest) -> Section:
    """For the chief: how many open envelopes each officer has."""
    counted = open_letters_by_officer()
    lines = [
        Line(
            reverse("envelopes"),
            position.staff.name,
            _("open: %(count)d") % {"count": counted.get(position.pk, 0)},
        )
        for position in officers_of(request.by.office_id)
    ]
    return Section("officers", _("Officers"), _("No officer."), lines)


def file_button(_request: StaffRequest) -> Section:
    """The button alone, for those whose home begins with other work; their own notifications stand at its end."""
    context = {"button_above": True}
    return Section("file_button", template="desk/home/file_button.html", context=context, above=True)


def receipts(request: StaffRequest) -> Section:
    """The button that files a notification, and the state of the reader's notifications."""
    # Which of them were notifications is sealed: of an enquiry of the police it is not said that a case was accepted.
    told = STEPS[:2] if request.by.office.kind == OfficeKind.POLICE else STEPS
    filings = [
        {"row": row, "steps": [(label, _reached(row.state, state)) for state, label in told]}
        for row in my_filings(request.by, {}, FEW).rows
    ]
    return Section("receipts", template="desk/home/receipts.html", context={"filings": filings}, above=True)


def _reached(now: FilingState, step: FilingState) -> bool:
    order = [state for state, _label in STEPS]
    return order.index(step) <= order.index(now)


def administration(request: StaffRequest) -> Section:
    """For the administrator: the three things to keep."""
    lines = [
        Line(reverse("staff_list"), _("Staff"), _("accounts and positions")),
        Line(reverse("office_list"), _("Offices"), _("offices and their sections")),
        Line(reverse("agreement_list"), _("Agreements"), _("what offices may share")),
    ]
    return Section("administration", _("Administration"), "", lines)


def positions_ending(request: StaffRequest) -> Section:
    """Positions that end within a month, the first to end at the top."""
    today = clock.today()
    ending = (
        Position.objects.current(today).filter(ends_on__lte=today + SOON).select_related("staff", "office")
    )
    lines = [
        Line(
            reverse("staff_person", args=[row.staff_id]),
            row.staff.name,
            f"{row.office.name} {row.role_label} {_held(row)}".strip(),
            on=row.ends_on,
        )
        for row in ending.order_by("ends_on", "pk")[:FEW]
    ]
    return Section("ending", _("Positions that end within 30 days"), _("No position ends soon."), lines)


def _held(position: Position) -> str:
    """What loses its owner with the position: a number and a name each."""
    said = _("%(what)s: %(count)d")
    held = held_by(position, position.ends_on) if position.ends_on else {}
    return " ".join(said % {"what": name, "count": count} for name, count in held.items())


def people_without(request: StaffRequest) -> Section:
    """People whose account is in use and who hold no position today."""
    held = Position.objects.current(clock.today()).values("staff")
    people = Staff.objects.filter(is_active=True).exclude(pk__in=held).order_by("name", "pk")[:FEW]
    lines = [Line(reverse("position_add", args=[row.pk]), row.name, row.username) for row in people]
    return Section("without", _("People without a position"), _("Everybody holds a position."), lines)


def agreements_ending(request: StaffRequest) -> Section:
    """Agreements in force that end within a month."""
    today = clock.today()
    ending = SharingAgreement.objects.filter(approved=True, ends_on__gte=today, ends_on__lte=today + SOON)
    lines = [
        Line(
            reverse("agreement", args=[row.pk]),
            row.reference,
            row.parties,
            on=row.ends_on,
        )
        for row in ending.select_related("sender", "recipient").order_by("ends_on", "pk")[:FEW]
    ]
    return Section("agreements", _("Agreements that end within 30 days"), _("No agreement ends soon."), lines)
