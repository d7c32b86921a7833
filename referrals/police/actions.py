"""Taking and assigning an envelope, noting a look, and writing down what happened by voice."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from agencies.notices.actions import tell, without_fail
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from cases.intake.codes import FilingState
from cases.intake.models import Filing
from cases.intake.rules import check_filing_becomes
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from referrals.disclosures.actions import brief
from referrals.disclosures.queries import positions_behind
from referrals.police import rules
from referrals.police.models import ContactBasis, PoliceContact
from referrals.police.queries import Letter
from security.walls import clock

CONTACT_TEXTS = ("happened_at", "who", "basis", "said")


@brief()
def take(letter: Letter, *, by: Position) -> None:
    """Take an envelope oneself; the sending side is told who."""
    rules.check_may_take(letter, by)
    _assign(letter, by)


@brief()
def assign(letter: Letter, officer: Position, *, by: Position) -> None:
    """Assign an officer; the officer and the sending side are told."""
    rules.check_officer(letter, officer, by)
    _assign(letter, officer)
    if officer.pk != by.pk:
        path, key = (
            reverse("letter", args=[letter.envelope.disclosure_id]),
            str(letter.envelope.disclosure_id),
        )
        tell([officer.pk], NoticeKind.DISCLOSURE_ASSIGNED, letter.envelope.reference, path, cause=key)


@brief()
def end_assignment(letter: Letter, officer: Position, *, by: Position) -> None:
    """The officer can open it no longer; the supervisor may assign another."""
    rules.check_may_end(letter, officer, by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.end_assignment(%s, %s)", [letter.envelope.disclosure_id, officer.pk])


def _assign(letter: Letter, officer: Position) -> None:
    disclosure_id = letter.envelope.disclosure_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.assign(%s, %s, %s)", [uuid.uuid4(), disclosure_id, officer.pk])
    cause = f"{disclosure_id}:{officer.pk}"
    path = reverse("disclosure", args=[disclosure_id])
    tell(
        positions_behind(disclosure_id),
        NoticeKind.DISCLOSURE_TAKEN,
        letter.envelope.reference,
        path,
        cause=cause,
    )


@transaction.atomic
def tell_of_look(letter: Letter, request_id: UUID, kind: NoticeKind = NoticeKind.DISCLOSURE_LOOK) -> None:
    """Leave a notice of this look, or attempt, with the one in charge and the line, in the transaction that answers it."""
    path = reverse("disclosure", args=[letter.envelope.disclosure_id])
    told = positions_behind(letter.envelope.disclosure_id)
    tell(told, kind, letter.envelope.reference, path, cause=str(request_id))


def tell_of_attempt(letter: Letter, request_id: UUID) -> None:
    """The same of a look at what is closed. The page that says so shows no content: it does not wait for its notices."""
    with without_fail("a look at a closed disclosure"):
        tell_of_look(letter, request_id, NoticeKind.DISCLOSURE_ATTEMPT)


def note_opened(letter: Letter) -> None:
    """The first look of an officer: from now on no warning says that it is unopened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.note_opened(%s)", [letter.envelope.disclosure_id])


def is_first_print(letter: Letter) -> bool:
    """Note a print by an officer; whether none was made before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.note_printed(%s)", [letter.envelope.disclosure_id])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def record_contact(case: Case, texts: Mapping[str, Any], *, by: Position) -> PoliceContact:
    """Write down a contact with the police. It is never refused, opens nothing, and is shown on the supervisor's list."""
    rules.check_may_record_contact(case, by)
    contact = PoliceContact(case=case, recorded_by=by, recorded_at=clock.now())
    for name in CONTACT_TEXTS:
        setattr(contact, name, texts[name])
    contact.save(force_insert=True)
    with without_fail("a contact with the police"):  # the supervisor's list shows it in any case
        told = [
            position
            for position in positions_of_case(case.pk, Relation.LEAD, Relation.LINE)
            if position != by.pk
        ]
        path = reverse("case_wishes", args=[case.pk], fragment="contacts")
        tell(told, NoticeKind.CONTACT_RECORDED, case.number, path, cause=str(contact.pk))
    return contact


@transaction.atomic
def join_filing(
    filing: Filing, case: Case, *, basis: ContactBasis, sent_at: datetime, said: str, by: Position
) -> PoliceContact:
    """Add an enquiry or an answer that the police filed to a case, as a contact with them on the ``basis`` they named. It is no
    receipt: no limit runs, and the police read the same as of one that was set aside."""
    check_filing_becomes(filing, FilingState.REGISTERED, by)
    texts = {
        "happened_at": sent_at,
        "who": f"{filing.sender.name}　{filing.filed_by.staff.name}",
        "basis": basis,
        "said": said,
    }
    contact = record_contact(case, texts, by=by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.join_filing(%s, %s)", [filing.pk, contact.pk])
    return contact


@transaction.atomic
def see_contact(contact: PoliceContact, *, by: Position) -> None:
    """Mark a contact as seen; it leaves the supervisor's list."""
    rules.check_may_see_contact(contact, by)
    contact.seen_at, contact.seen_by = clock.now(), by
    contact.save(update_fields=["seen_at", "seen_by"])
