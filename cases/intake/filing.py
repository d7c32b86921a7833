"""Filing a notification with a child guidance center, and what that office makes of it."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from agencies.directory.models import Office, OfficeKind
from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from agencies.staff.roles import Role
from cases.intake import rules
from cases.intake.actions import Received, add_notification, register_call
from cases.intake.codes import (
    RECEIPT_OF,
    SOURCE_OF_OFFICE,
    Channel,
    FilingState,
    PoliceForm,
    ReceiptKind,
    Source,
    UrgencyItem,
)
from cases.intake.models import Filed, Filing, FilingContent, FilingCopy, Notification, Told
from cases.intake.policed import as_record, form_of, next_hours, number_of
from cases.records.actions import CaseFacts, ChildFacts
from cases.records.codes import StayKind, Track, Urgency
from cases.records.models import Case
from security.encryption.fields import reveal, value_of
from security.encryption.keyring import current
from security.encryption.typed import as_kept
from security.rooms import rooms_at
from security.search.tokens import keyed_name
from security.walls import clock

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 O 1 I: a reference is read out over the telephone."""
FILED = (
    *FilingContent.CHILD, *Told.TOLD, "place_detail", "contact", "keep_from",
    *dict.fromkeys((*Filed.POLICE, *Filed.KNOWN)),
)  # fmt: skip
TOLD_OF_FILINGS = (Role.SUPERVISOR, Role.DUTY_OFFICER)


@transaction.atomic
def file_notification(
    recipient: Office,
    child: ChildFacts,
    told: Mapping[str, Any],
    *,
    grounds: tuple[UrgencyItem, ...],
    about: Mapping[str, str],
    by: Position,
    police: Mapping[str, Any] | None = None,
    known: Mapping[str, Any] | None = None,
) -> Filing:
    """Send a notification to a child guidance center. The filer keeps a copy, which nobody else can read.

    ``about`` has where the child is, the filer's telephone and wishes about the filer's name; ``police`` what the police alone
    say (``Filed.POLICE``; on which agreement it rests is looked up), ``known`` what another office knows of the home and of
    the next hours (``Filed.KNOWN``). A child that is with the police presses: the desk is told so at once.
    """
    now = clock.now()
    rules.check_may_file(by, recipient)
    rules.check_police_facts(by, police, now, clock.today())
    agreement = (
        rules.agreement_named(police["police_form"], police["law"], by.office, recipient, clock.today())
        if police is not None
        else None
    )
    known = known or {}
    rules.check_leaves_later(known.get("leaves_at") or None, now)
    presses = police is not None and police["police_form"] is PoliceForm.IN_HAND
    filing = Filing(
        reference=new_reference(),
        sender=by.office,
        filed_by=by,
        recipient=recipient,
        sent_at=now,
        pressing=presses,
    )
    filing.save(force_insert=True)
    columns = {**child.columns(), **told, **about, "grounds": grounds}
    columns |= {name: None if police is None else police.get(name) or "" for name in Filed.POLICE}
    columns |= {name: columns.get(name) or known.get(name) or "" for name in Filed.KNOWN}
    columns |= {"agreement": agreement.reference} if agreement is not None else {}
    copy = FilingCopy(filing=filing, reference=filing.reference)
    readers: list[tuple[FilingContent | FilingCopy, Office]] = [
        (FilingContent(filing=filing), recipient),
        (copy, by.office),
    ]
    for row, reader in readers:
        current().create(row.key_scope(), reader.pk)
        for name in FILED:
            setattr(row, name, columns[name])
        row.save(force_insert=True)
    path = reverse("incoming_filing", args=[filing.pk])
    kind = NoticeKind.FILING_PRESSING if presses else NoticeKind.FILING_RECEIVED
    tell(_desk_of(recipient), kind, filing.reference, path, cause=str(filing.pk))
    return filing


def new_reference() -> str:
    """A random reference: nothing can be learned from one about others."""
    return "N-" + "".join(secrets.choice(LETTERS) for _letter in range(8))


def _desk_of(office: Office) -> list[UUID]:
    positions = Position.objects.current(clock.today()).filter(
        office=office, role__in=[role.value for role in TOLD_OF_FILINGS]
    )
    return list(positions.values_list("pk", flat=True))


@transaction.atomic
def open_filing(filing: Filing, *, by: Position) -> None:
    """A person of the receiving office opens it; the filer sees that it was received."""
    if filing.state is FilingState.SENT:
        rules.check_filing_becomes(filing, FilingState.RECEIVED, by)
    _wall("SELECT wall.receive_filing(%s)", filing.pk)


@transaction.atomic
def register_filing(
    filing: Filing, *, track: Track, urgency: Urgency, in_charge: Position, by: Position
) -> Notification:
    """Open a case with what was filed. Nothing is typed twice; the limit of the safety check runs from the sending.

    From here on only those who may read the notifier know which filing it was (児童虐待防止法7条).
    """
    rules.check_filing_becomes(filing, FilingState.REGISTERED, by)
    content = FilingContent.objects.get(filing=filing)
    rules.check_opens_case(form_of(content))
    facts = CaseFacts(
        track=track,
        urgency=urgency,
        outline=reveal(content, "situation") or "",
        place_of_stay=StayKind.UNKNOWN,
        place_detail=reveal(content, "place_detail") or "",
    )
    notification = register_call(
        child_of(content), facts, received_of(filing, content), in_charge=in_charge, by=by
    )
    _hand_on(notification, content, by)
    _wall("SELECT wall.register_filing(%s, %s)", filing.pk, notification.pk)
    return notification


@transaction.atomic
def attach_filing(filing: Filing, case: Case, *, by: Position) -> Notification:
    """Add what was filed to a case as a further notification."""
    rules.check_filing_becomes(filing, FilingState.REGISTERED, by)
    content = FilingContent.objects.get(filing=filing)
    rules.check_opens_case(form_of(content))
    notification = add_notification(case, received_of(filing, content), by=by)
    _hand_on(notification, content, by)
    _wall("SELECT wall.register_filing(%s, %s)", filing.pk, notification.pk)
    return notification


def _hand_on(notification: Notification, content: FilingContent, by: Position) -> None:
    for room in rooms_at(notification.case.office.kind):
        if room.filed is not None:
            room.filed(notification, next_hours(content), by=by)


@transaction.atomic
def set_aside(filing: Filing, *, by: Position) -> None:
    """An enquiry or an answer of the police that concerns no case here leaves the desk. Its sender reads the same as of one that
    was added to a case (docs/adr/0091)."""
    rules.check_filing_becomes(filing, FilingState.REGISTERED, by)
    rules.check_joins(form_of(FilingContent.objects.get(filing=filing)))
    _wall("SELECT wall.set_filing_aside(%s)", filing.pk)


def child_of(content: FilingContent) -> ChildFacts:
    """The child as filed."""
    texts: dict[str, Any] = as_kept(content, FilingContent.CHILD)
    return ChildFacts(**texts | {"birth_date": value_of(content.birth_date)})


def received_of(filing: Filing, content: FilingContent) -> Received:
    """The filing as a notification of a case; who filed it becomes the notifier, locked apart.

    It was received at the minute of its sending, as a call is: to the microsecond it would name the filing.
    """
    told: dict[str, Any] = dict(as_kept(content, Told.TOLD))
    told |= {name: None for name in Notification.LATER if getattr(content, name) is None}
    told["situation"] = as_record(content)
    source = source_of(filing)
    notifier = {
        "name": filing.filed_by.staff.name,
        "relation": filing.sender.name,
        "telephone": reveal(content, "contact") or "",
        "keep_from": reveal(content, "keep_from") or "",
    }
    grounds = tuple(value_of(content.grounds) or ())
    received_at = filing.sent_at.replace(second=0, microsecond=0)
    form = form_of(content)
    kind = ReceiptKind.NOTIFICATION if form is None else RECEIPT_OF[form]
    reference = number_of(content, filing.reference)
    return Received(received_at, Channel.FILED, source, told, grounds, notifier, reference, kind)


def source_of(filing: Filing) -> Source:
    """As what a filing is counted: by the kind of its office, and a board of education apart from the schools it files for."""
    if filing.filed_by.role == Role.EDUCATION_BOARD:
        return Source.EDUCATION_BOARD
    return SOURCE_OF_OFFICE.get(OfficeKind(filing.sender.kind), Source.OTHER)


def name_in_log(filing: Filing) -> str:
    """How the access log of the receiving office names a filing: the tables alone do not tell which one it is."""
    return keyed_name("filing at the desk", filing.pk)


def copy_in_log(copy: FilingCopy) -> str:
    """How the access log of the filing office names a copy that was read: by nothing that leads to the filing."""
    return keyed_name("copy of a filing", copy.pk)


def _wall(statement: str, *ids: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, ids)
