"""Who takes, files and checks, and how urgent a notification is at the least."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import Need, basis
from agencies.agreements.models import SharingAgreement
from agencies.agreements.queries import between
from agencies.directory.models import Office, OfficeKind, PoliceDesk
from agencies.staff.models import Position
from agencies.staff.roles import Permission, Role
from agencies.staff.rules import Refused, check_role_may
from cases.clocks.codes import ClockKind
from cases.clocks.models import Clock
from cases.intake.codes import (
    DATED,
    LAWS,
    LEAST_URGENCY,
    OFFICE_BAND,
    RECEIPT_OF,
    SIGNS,
    FilingState,
    Law,
    Outcome,
    PoliceForm,
    ReceiptKind,
    Sign,
    UrgencyItem,
)
from cases.intake.models import Filing, Notification, SafetyCheck
from cases.records.codes import Stage, Urgency
from cases.records.models import Case
from cases.records.rules import check_may_edit, check_may_manage
from security.encryption.fields import words_of

STATES: dict[FilingState, tuple[FilingState, ...]] = {
    FilingState.SENT: (FilingState.RECEIVED,),
    FilingState.RECEIVED: (FilingState.REGISTERED,),
    FilingState.REGISTERED: (),
}
"""What becomes of a filing: it is opened by the receiving office, and then belongs to a case."""

UNASKED = frozenset(
    {"尋ねていない", "聞いていない", "質問していない", "質問なし", "なし", "not asked", "nothing", "none"}
)
"""What is written as the question where the child told something unasked."""

AFTER_CHECK: dict[Outcome, dict[Stage, Stage]] = {
    Outcome.SEEN: {Stage.ACCEPTED: Stage.INVESTIGATION, Stage.SAFETY: Stage.INVESTIGATION},
    Outcome.NOT_SEEN: {Stage.ACCEPTED: Stage.SAFETY},
    Outcome.RETRACTED: {},
}
"""Where a safety check takes a case. In any other stage it is recorded, and the case stays where it is."""


def least_urgency(
    items: Iterable[UrgencyItem],
    chosen: Urgency = Urgency.C,
    *,
    office: Office,
    denied: Collection[UrgencyItem] = (),
) -> Urgency:
    """The higher of the chosen band and of what the items ask for (any sexual item lifts to AA or A). ``denied``: what was
    answered with no."""
    asked = [_band_of(item, office) for item in items if not _is_left_out(item, denied)]
    return min([chosen, *asked], key=list(Urgency).index)


def _is_left_out(item: UrgencyItem, denied: Collection[UrgencyItem]) -> bool:
    """Whether the sheet does not ask it: how pressing it is is asked of whoever asks for protection."""
    return item is UrgencyItem.URGENT and UrgencyItem.ASKS in denied


def still_open(
    items: Collection[UrgencyItem], denied: Collection[UrgencyItem], *, office: Office
) -> list[UrgencyItem]:
    """What is to be found out next: the questions without an answer, in the order of the sheet, down to where what was answered
    with yes settles the band. A question that could still raise it is never left out."""
    # That it presses holds for now where nobody has said whether protection is asked for.
    sure = [item for item in items if item is not UrgencyItem.URGENT or UrgencyItem.ASKS in items]
    bands, settled = list(Urgency), least_urgency(sure, office=office, denied=denied)
    return [
        item
        for item in UrgencyItem
        if item not in items
        and item not in denied
        and not _is_left_out(item, denied)
        and (settled == Urgency.C or bands.index(_could_raise_to(item, office)) < bands.index(settled))
    ]


def _could_raise_to(item: UrgencyItem, office: Office) -> Urgency:
    """The first question leads to the second."""
    return _band_of(UrgencyItem.URGENT if item is UrgencyItem.ASKS else item, office)


def with_signs(items: Iterable[UrgencyItem], signs: Iterable[Sign]) -> tuple[UrgencyItem, ...]:
    """The questions answered with yes: those of ``items``, and those of which a line is ticked."""
    yes, ticked = {*items}, {*signs}
    return tuple(item for item in UrgencyItem if item in yes or ticked & {*SIGNS[item]})


CONTRADICTED = _("Something is ticked below, and the answer is “no”. Correct one of them.")


def contradicted(denied: Collection[UrgencyItem], signs: Collection[Sign]) -> list[UrgencyItem]:
    """The questions that are answered with no although a line of them is ticked."""
    return [item for item in with_signs((), signs) if item in denied]


def check_answers(
    items: Collection[UrgencyItem], denied: Collection[UrgencyItem], signs: Collection[Sign] = ()
) -> None:
    """The second question of the sheet follows a yes to the first: else what is pressing would count for nothing, unsaid. And no
    line is ticked under a question that is answered with no."""
    for item in contradicted(denied, signs):
        raise Refused(f"item_{item}", CONTRADICTED)
    if UrgencyItem.URGENT in items and UrgencyItem.ASKS in denied:
        raise Refused(
            "item_urgent",
            _(
                "Question 2 is about somebody who asks for protection, and 1 says that nobody does. Correct 1, or answer 3 and 4."
            ),
        )


def _band_of(item: UrgencyItem, office: Office) -> Urgency:
    if item is UrgencyItem.ASKS:
        return Urgency.C
    if item in LEAST_URGENCY:
        return LEAST_URGENCY[item]
    return Urgency(getattr(office, OFFICE_BAND[item]))


def limit_of(kind: ReceiptKind, *, is_abuse: bool, office: Office) -> ClockKind | None:
    """Which limit a contact starts until the child is seen. A notification of abuse: the law's (児童虐待防止法8条; 48 hours
    by the national guideline). Any other contact: the office's own, if it has one; that limit never cites the law."""
    if kind is ReceiptKind.NOTIFICATION and is_abuse:
        return ClockKind.SAFETY
    return ClockKind.CONTACT if office.contact_hours else None


def check_may_take(by: Position) -> None:
    """Roles of a child guidance center that receive contacts."""
    check_role_may(by, Permission.TAKE_CONTACTS)


def check_may_add(case: Case, by: Position) -> None:
    """A further notification is written by the person who manages the case, because they may know who notified."""
    check_may_take(by)
    check_may_edit(case, by)
    check_may_manage(case, by)


def check_may_complete(case: Case, by: Position) -> None:
    """Those who work on the case fill in what a call left for later."""
    check_may_edit(case, by)


def check_unfilled(notification: Notification, names: Iterable[str]) -> None:
    """What is filled in stays as it is: a colleague may have done so meanwhile."""
    if not set(names) <= set(notification.unfilled):
        raise Refused("filled", _("A colleague has filled this in meanwhile. Nothing was saved: compare it."))


def check_has_come(moment: datetime, now: datetime) -> None:
    """What is recorded has happened."""
    if moment > now:
        raise Refused("future", _("This moment lies in the future."))


def check_may_file(by: Position, recipient: Office) -> None:
    """Schools, hospitals, institutions and other offices file with a child guidance center."""
    check_role_may(by, Permission.FILE_NOTIFICATION)
    if recipient.kind != OfficeKind.CGC or not recipient.active:
        raise Refused("recipient", _("Choose a child guidance center."))


def police_forms(by: Position) -> tuple[PoliceForm, ...]:
    """What this position of the police may send. Whoever finds a child in need of protection notifies (児童福祉法25条); police
    officers of a station or the headquarters send cases (少年法6条の6) and ask, a juvenile support center does neither."""
    if by.office.kind != OfficeKind.POLICE:
        return ()
    if by.role == Role.POLICE_OFFICER and by.office.police_desk != PoliceDesk.SC:
        return tuple(PoliceForm)
    return PoliceForm.IN_HAND, PoliceForm.DOCUMENT, PoliceForm.REPLY


def check_police_facts(by: Position, facts: Mapping[str, Any] | None, now: datetime, today: date) -> None:
    """What the police send is of a kind, on an article that fits it, and says what that kind takes; no other office's does."""
    forms = police_forms(by)
    if facts is None or not forms:
        if bool(facts) is not bool(forms):
            raise Refused("police_form", _("The police say what they send; no other office does."))
        return
    form = facts["police_form"]
    if form not in forms:
        raise Refused("police_form", _("This office of the police does not send that."))
    if facts["law"] not in LAWS[form]:
        raise Refused("law", _("It does not rest on this article."))
    if form in DATED and not (facts["document"].strip() and facts["dated_on"]):
        raise Refused("document", _("Write the number and the date of the document."))
    if facts["dated_on"] and facts["dated_on"] > today:
        raise Refused("dated_on", _("This day lies in the future."))
    if form is PoliceForm.REPLY and not facts["reply_to"].strip():
        raise Refused("reply_to", _("Write which request is answered."))
    _check_in_hand(form, facts, now)


def agreement_named(
    form: PoliceForm, law: Law, sender: Office, recipient: Office, today: date
) -> SharingAgreement | None:
    """The agreement on which an enquiry or an answer of the police rests, where the basis that they name needs one; None where it
    needs none. What is asked the center would tell, so an enquiry takes one that lists items for this office of the police; an
    answer the police give, of which no item is listed: it takes one of the two offices. Raises Refused where none is in force."""
    if basis(law.value).needs is not Need.AGREEMENT:
        return None
    given = between(recipient, sender, today)
    asks = form is PoliceForm.ENQUIRY
    found = given.exclude(items=[]) if asks else between(sender, recipient, today) | given
    agreement = found.order_by("starts_on", "reference").first()
    if agreement is None:
        raise Refused(
            "law",
            _(
                "No agreement in force lists anything that this center may tell your office. Choose another basis."
            )
            if asks
            else _("No agreement of your office and this center is in force. Choose another basis."),
        )
    return agreement


def _check_in_hand(form: PoliceForm, facts: Mapping[str, Any], now: datetime) -> None:
    """A child in the hands of the police is with somebody, and taken over by a moment; of no other child this is said."""
    said = facts["with_whom"].strip(), facts["take_over_by"]
    if form is not PoliceForm.IN_HAND and any(said):
        raise Refused(
            "with_whom",
            _("This belongs to a notification with the child in hand. Choose that, or leave it empty."),
        )
    if form is PoliceForm.IN_HAND and not all(said):
        raise Refused("with_whom", _("Write who is with the child, and until when it must be taken over."))
    if form is PoliceForm.IN_HAND and facts["take_over_by"] < now:
        raise Refused("take_over_by", _("This moment has passed. If it is now, telephone the center first."))


def check_leaves_later(leaves_at: datetime | None, now: datetime) -> None:
    """Until when it must be decided where the child goes: a moment that is still ahead."""
    if leaves_at is not None and leaves_at < now:
        raise Refused("leaves_at", _("This moment has passed. If the child has left, leave it empty."))


def check_opens_case(form: PoliceForm | None) -> None:
    """An enquiry and an answer of the police join what there is: neither is a receipt, and no limit runs from it."""
    if form is not None and form not in RECEIPT_OF:
        raise Refused(
            "no_receipt",
            _("An enquiry or an answer of the police opens no case. Add it to a case, or set it aside."),
        )


def check_joins(form: PoliceForm | None) -> None:
    """The other way round: a notification is registered, and never only noted."""
    if form is None or form in RECEIPT_OF:
        raise Refused("receipt", _("This is a notification: open a case with it, or add it to one."))


def check_filing_becomes(filing: Filing, state: FilingState, by: Position) -> None:
    """A filing is opened and registered by its receiving office, in this order."""
    check_may_take(by)
    if filing.recipient_id != by.office_id or state not in STATES[filing.state]:
        raise Refused("filing", _("This notification cannot be registered now."))


def check_may_check_safety(case: Case, by: Position) -> None:
    """Those who work on the case record that the child was seen."""
    check_may_edit(case, by)


def check_may_retract(check: SafetyCheck, by: Position) -> None:
    """A wrong record of a check is taken back once; what took it back stays."""
    check_may_check_safety(check.case, by)
    if check.retracts_id is not None or SafetyCheck.objects.filter(retracts=check).exists():
        raise Refused("retracted", _("This record has been withdrawn already."))


def check_late_has_reason(clock: Clock | None, seen_at: datetime, reason: str) -> None:
    """A child seen after the time limit (児童虐待防止法8条): why is written down."""
    if clock is not None and seen_at > clock.due_at and not reason.strip():
        raise Refused("late_reason", _("The time limit had passed: write down why."))


def check_lateness_is_kept(late_reason: str, *, kept: bool) -> None:
    """Why the child was seen late is kept with the sight of the child that meets the limit; anywhere else it would be lost."""
    if late_reason.strip() and not kept:
        raise Refused("not_late", _("This does not meet the limit. Write that where the result is written."))


def was_asked(row: Notification) -> bool:
    """Whether the child's words in a notification answered a question, whoever asked it."""
    question = words_of(row.question).strip(' 　。.「」“”"').casefold()
    return bool(words_of(row.words).strip()) and bool(question) and question not in UNASKED
