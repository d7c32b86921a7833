"""Drafting, deciding, sending and closing a report to the police. The gate of the database stands behind every one of them.

Each takes its locks in one order, basis before disclosure, like a withdrawal: they cannot block each other crosswise. And each
gives up after a second, and its transaction after ten idle ones, so that a withdrawal never waits for a report (promise 2).
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.notices.actions import tell
from agencies.notices.kinds import NoticeKind
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.models import Case
from cases.records.queries import deciders_of
from referrals.consent.codes import Purpose
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.rules import basis_for, why_ended
from referrals.disclosures import rules
from referrals.disclosures.catalogue import ordered
from referrals.disclosures.codes import POLICE_REPORT, Ending, Kind
from referrals.disclosures.models import Disclosure, PackageItem
from security.encryption.keyring import Scope, current
from security.walls import clock

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L: a reference is read out over the telephone."""
LIMITS = {"lock_timeout": "1s", "idle_in_transaction_session_timeout": "10s"}
LOCKED = frozenset({"55P03", "40P01"})

Action = TypeVar("Action", bound=Callable[..., Any])


def brief(action: Action) -> Action:
    """A short transaction that never makes a withdrawal wait; a refusal by a wall becomes :class:`Refused` with a sentence."""

    @wraps(action)
    def guarded(*arguments: Any, **named: Any) -> Any:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    for setting, limit in LIMITS.items():
                        cursor.execute("SELECT set_config(%s, %s, true)", [setting, limit])
                return action(*arguments, **named)
        except IntegrityError as error:
            name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
            if name not in rules.WALLS:
                raise
            raise Refused(str(name), rules.WALLS[name]) from error
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in LOCKED:
                raise
            raise Refused(
                "busy", _("Somebody else is changing this right now. Try again in a moment.")
            ) from error

    return guarded  # type: ignore[return-value]  # the same signature


def new_reference() -> str:
    """A random reference, ten characters: nothing leads from it to the case number (2 in 10^15 to meet another)."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{text[:5]}-{text[5:]}"


@brief
def draft_report(
    case: Case,
    *,
    recipient: Office,
    texts: Mapping[str, str],
    urgency: str,
    due_at: datetime,
    by: Position,
    basis: Intention | ExceptionRequest | None = None,
) -> Disclosure:
    """Draft a report from a basis that holds now; ``texts`` by item. The deciders of the case's line are told.

    Without a named ``basis`` it is the child's confirmation, or where there is none for this recipient an exception.

    Raises Refused without a basis, and for an item beyond the child's scope, the ceiling or an agreement.
    """
    rules.check_may_draft(case, by)
    found = basis_for(case, recipient, basis)
    if found is None:
        raise Refused(
            "gate", why_ended(basis) if basis else _("Neither the child nor an exception names this office.")
        )
    rules.check_none_open(case, recipient.pk)
    rules.check_items(texts, found)
    disclosure = Disclosure(
        case=case,
        kind=Kind.POLICE_REPORT,
        purpose=Purpose.POLICE_REPORT,
        reference=new_reference(),
        sender_id=case.office_id,
        recipient=recipient,
        items=[item.value for item in ordered(set(texts))],
        urgency=urgency,
        due_at=due_at,
    )
    if isinstance(found, Intention):
        disclosure.intention = found
    else:
        disclosure.exception = found
    disclosure.draft_as(by)
    _hold_basis(disclosure)
    disclosure.save(force_insert=True)
    current().create(Scope("disclosure", disclosure.pk), by.office_id)
    _write_package(disclosure, texts)
    disclosure.refresh_from_db(fields=["version"])  # every part of the package gave it another
    _tell_deciders(disclosure, by)
    return disclosure


def _write_package(disclosure: Disclosure, texts: Mapping[str, str]) -> None:
    for item in disclosure.items:
        row = PackageItem(disclosure=disclosure, case_id=disclosure.case_id, item=item)
        row.content = texts[item]
        row.save(force_insert=True)


def _tell_deciders(disclosure: Disclosure, by: Position) -> None:
    told = deciders_of(disclosure.case, POLICE_REPORT, besides=by)
    cause = f"{disclosure.pk}:{disclosure.version}"
    tell(told, NoticeKind.DECISION_WAITING, disclosure.case.number, report_path(disclosure), cause=cause)


def report_path(disclosure: Disclosure) -> str:
    """Where the sender's side reads about a disclosure."""
    return f"/cases/{disclosure.case_id}/reports/{disclosure.pk}/"


def _hold_basis(disclosure: Disclosure) -> None:
    """Lock the basis before the disclosure, in the order of a withdrawal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM referrals_intention WHERE id = %s FOR SHARE", [disclosure.intention_id])
        cursor.execute(
            "SELECT 1 FROM referrals_exceptionrequest WHERE id = %s FOR UPDATE", [disclosure.exception_id]
        )


def _locked(disclosure: Disclosure) -> Disclosure:
    _hold_basis(disclosure)
    rows = Disclosure.objects.select_for_update(of=("self",)).select_related(
        "case__office", "recipient", "intention", "exception"
    )
    row = rows.filter(pk=disclosure.pk).first()
    if row is None:  # the wall lets this reader see it, and not write it
        raise Refused("no_grant", _("Only the team of this case can do this."))
    return row


@brief
def edit_draft(
    disclosure: Disclosure, *, texts: Mapping[str, str], urgency: str, due_at: datetime, by: Position
) -> Disclosure:
    """Write the texts of a draft anew. Its items stay: another choice of items is another draft."""
    row = _locked(disclosure)
    rules.check_may_edit_draft(row, by)
    rules.check_items({item: texts[item] for item in row.items}, row.basis)
    for part in PackageItem.objects.filter(disclosure=row, item__in=row.items):
        part.content = texts[part.item]
        part.save(update_fields=["content"])
    row.urgency, row.due_at = urgency, due_at
    row.save(update_fields=["urgency", "due_at"])
    row.refresh_from_db(fields=["version"])
    return row


@brief
def decide_report(
    disclosure: Disclosure, *, approved: bool, version: int, by: Position, note: str = ""
) -> Disclosure:
    """Approve a draft, or send it back with a note, which ends it. The drafter is told."""
    row = _locked(disclosure)
    rules.check_may_decide_report(row, by)
    rules.check_version(row, version)
    if approved:
        rules.check_basis_of(row)
    elif not note.strip():
        raise Refused("note", _("Write why it is sent back."))
    row.decide_as(by, approved=approved)
    if note:
        row.note = note
    if not approved:
        row.ended_at, row.ending = clock.now(), Ending.RETURNED
    row.save(update_fields=[*row.SIGNED, "note", "ended_at", "ending"])
    tell([row.drafted_by_id], NoticeKind.DECISION_MADE, row.case.number, report_path(row), cause=str(row.pk))
    return row


@brief
def send_report(disclosure: Disclosure, *, by: Position) -> Disclosure:
    """Send an approved report: the gate puts its envelope on the receiving office's desk, whose supervisors are told."""
    row = _locked(disclosure)
    rules.check_may_send(row, by)
    row.sent_at = clock.now()
    row.save(update_fields=["sent_at"])
    tell(
        _positions_at_desk(row.recipient_id),
        NoticeKind.DISCLOSURE_SENT,
        row.reference,
        "/police/",
        cause=str(row.pk),
    )
    return row


@brief
def close_report(disclosure: Disclosure, *, by: Position) -> Disclosure:
    """Close a draft or a report: the receiver reads nothing of it any more. Those who had it are told."""
    row = _locked(disclosure)
    rules.check_may_close(row, by)
    row.ended_at, row.ending = clock.now(), Ending.CLOSED
    row.save(update_fields=["ended_at", "ending"])
    readers = list(row.assignments.filter(ended_at=None).values_list("position_id", flat=True))
    tell(readers, NoticeKind.DISCLOSURE_CLOSED, row.reference, f"/police/{row.pk}/", cause=f"closed:{row.pk}")
    return row


def _positions_at_desk(office_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.positions_at_desk(%s)", [office_id])
        return [row[0] for row in cursor.fetchall()]
