"""Drafting, deciding, sending and closing a report to the police. The gate of the database checks every one of them again.

Each takes its locks in one order, basis before disclosure, like a withdrawal: they cannot block each other crosswise. And each
gives up after a second, and its transaction after ten idle ones, so that a withdrawal never waits for a report.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.decisions.actions import Decision, nothing
from cases.decisions.codes import State
from cases.records.codes import Urgency
from cases.records.models import Case
from face.consequences import Consequences
from referrals.consent.codes import Purpose
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.rules import check_basis_for
from referrals.disclosures import codes, rules
from referrals.disclosures.catalogue import ordered
from referrals.disclosures.codes import Ending, Kind, PaperKind
from referrals.disclosures.models import Disclosure, PackageItem
from referrals.disclosures.panel import shown
from security.encryption.fields import words_of
from security.encryption.keyring import Scope, current
from security.walls import clock

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L: a reference is read out over the telephone."""
RELATED = ("recipient", "intention", "exception")
LIMITS = {"lock_timeout": "1s", "idle_in_transaction_session_timeout": "10s"}
LOCKED = frozenset({"55P03", "40P01"})


@contextmanager
def brief() -> Iterator[None]:
    """A short transaction that never makes a withdrawal wait; a refusal by a wall becomes :class:`Refused` with a sentence."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                for setting, limit in LIMITS.items():
                    cursor.execute("SELECT set_config(%s, %s, true)", [setting, limit])
            yield
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


def new_reference() -> str:
    """A random reference, ten characters: nothing leads from it to the case number (2 in 10^15 to meet another)."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{text[:5]}-{text[5:]}"


@brief()
def draft_report(
    case: Case,
    *,
    recipient: Office,
    paper_kind: PaperKind,
    texts: Mapping[str, str],
    urgency: Urgency,
    due_at: datetime,
    by: Position,
    basis: Intention | ExceptionRequest | None = None,
    earlier: Disclosure | None = None,
) -> Disclosure:
    """Draft a report from a basis that holds now; ``texts`` by item. The deciders of the case's line are told.

    ``paper_kind``: what it is as a paper, which the recipient's desk has to take. Without a named ``basis`` it is the child's
    confirmation, or where there is none for this recipient an exception. ``earlier``: a returned draft that this one replaces.

    Raises Refused without a basis, and for an item beyond the child's scope, the ceiling or an agreement.
    """
    now = clock.now()
    row = REPORT.begin(case, by, now, earlier)
    found = check_basis_for(case, recipient, now, basis)
    rules.check_none_open(case, recipient.pk, now)
    rules.check_paper(paper_kind, recipient)
    rules.check_items(texts, found, now)
    rules.check_named(paper_kind, texts.keys(), found)
    _check_texts(case, paper_kind, texts)
    for item, text in texts.items():
        rules.check_answer(found, item, text)
    row.paper_kind = paper_kind
    row.kind, row.purpose = Kind.POLICE_REPORT, Purpose.POLICE_REPORT
    row.reference, row.sender_id, row.recipient = new_reference(), case.office_id, recipient
    row.items = [item.value for item in ordered(set(texts))]
    row.urgency, row.due_at = urgency, due_at
    if isinstance(found, Intention):
        row.intention = found
    else:
        row.exception = found
    _hold_basis(row)

    def write_parts(row: Disclosure) -> None:
        current().create(Scope("disclosure", row.pk), by.office_id)
        _write_package(row, texts)

    return REPORT.submit(row, by, write_parts)


def _check_texts(case: Case, paper_kind: str, texts: Mapping[str, str]) -> None:
    rules.check_withheld(case, texts)
    for item, text in texts.items():
        rules.check_text(case, paper_kind, item, text)


def _write_package(disclosure: Disclosure, texts: Mapping[str, str]) -> None:
    for item in disclosure.items:
        row = PackageItem(disclosure=disclosure, case_id=disclosure.case_id, item=item)
        row.content = texts[item]
        row.save(force_insert=True)


def _hold_basis(disclosure: Disclosure) -> None:
    """Lock the basis before the disclosure, in the order of a withdrawal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM referrals_intention WHERE id = %s FOR SHARE", [disclosure.intention_id])
        cursor.execute(
            "SELECT 1 FROM referrals_exceptionrequest WHERE id = %s FOR UPDATE", [disclosure.exception_id]
        )


def _locked(rows: QuerySet[Disclosure]) -> Disclosure:
    seen = rows.first()
    if seen is not None:
        _hold_basis(seen)
    wanted = rows.select_for_update(of=("self",)).select_related(*RELATED, "case__office")
    row = wanted.first() if seen is not None else None
    if row is None:  # the wall lets this reader see it, and not write it
        raise Refused("no_grant", _("Only the team of this case can do this."))
    return row


def _fresh(disclosure: Disclosure) -> Disclosure:
    return _locked(Disclosure.objects.filter(pk=disclosure.pk))


@brief()
def edit_draft(
    disclosure: Disclosure, *, texts: Mapping[str, str], urgency: Urgency, due_at: datetime, by: Position
) -> Disclosure:
    """Change the texts of a draft. Its items stay: another choice of items is another draft."""
    now = clock.now()
    REPORT.check_may_change(disclosure, by, now)
    row = REPORT.begin(disclosure.case, by, now, disclosure)
    rules.check_items({item: texts[item] for item in row.items}, row.basis, now)
    _check_texts(row.case, row.paper_kind, {item: texts[item] for item in row.items})
    for item in row.items:
        rules.check_answer(row.basis, item, texts[item])
    for part in PackageItem.objects.filter(disclosure=row, item__in=row.items):
        part.content = texts[part.item]
        part.save(update_fields=["content"])
    row.urgency, row.due_at = urgency, due_at
    return REPORT.submit(row, by)


ENDS: dict[State, Ending] = {
    State.RETURNED: Ending.RETURNED,
    State.REFUSED: Ending.REFUSED,
    State.TAKEN_BACK: Ending.TAKEN_BACK,
}


def _not_approved(row: Disclosure, _by: Position) -> None:
    """What is not approved is closed: another report to the same office can be drafted."""
    row.ended_at, row.ending = clock.now(), ENDS[row.state]
    row.save(update_fields=["ended_at", "ending"])


@brief()
def send_report(disclosure: Disclosure, *, by: Position) -> Disclosure:
    """Send an approved report: the gate puts its envelope on the receiving office's desk, whose supervisors are told."""
    row, now = _fresh(disclosure), clock.now()
    rules.check_may_send(row, by, now)
    parts = PackageItem.objects.filter(disclosure=row, item__in=row.items)
    rules.check_withheld(row.case, {part.item: words_of(part.content) for part in parts})
    row.sent_at = now
    row.save(update_fields=["sent_at"])
    tell(
        _positions_at_desk(row.recipient_id),
        notice_of(row.paper_kind),
        row.reference,
        "/police/",
        cause=str(row.pk),
    )
    return row


@brief()
def close_report(disclosure: Disclosure, *, by: Position) -> Disclosure:
    """Close a draft or a report: the receiver reads nothing of it any more. Those who had it are told."""
    row = _fresh(disclosure)
    rules.check_may_close(row, by)
    row.ended_at, row.ending = clock.now(), Ending.CLOSED
    row.save(update_fields=["ended_at", "ending"])
    readers = list(row.assignments.filter(ended_at=None).values_list("position_id", flat=True))
    tell(
        readers,
        NoticeKind.DISCLOSURE_CLOSED,
        row.reference,
        reverse("letter", args=[row.pk]),
        cause=f"closed:{row.pk}",
    )
    return row


def notice_of(paper_kind: str) -> NoticeKind:
    """What tells a desk that something has come in: it says the kind of paper."""
    return NoticeKind(f"envelope_{paper_kind}") if paper_kind else NoticeKind.DISCLOSURE_SENT


def _positions_at_desk(office_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.positions_at_desk(%s)", [office_id])
        return [row[0] for row in cursor.fetchall()]


REPORT = Decision(
    act=codes.POLICE_REPORT,
    model=Disclosure,
    check_may_draft=rules.check_may_draft,
    content=("urgency", "due_at"),
    form_url="report_new",
    template="referrals/disclosures/told.html",
    beside="referrals/disclosures/beside.html",
    context=shown,
    consequences=Consequences(
        _("The report is approved as shown here. Nothing is sent by that: sending is a button of its own."),
        _("The person who drafted it is told. The police learn nothing yet."),
        _("What is told is fixed by the approval. A change needs a new draft and a new decision."),
    ),
    panels=lambda row: ("police", "package") if row.state is State.WAITING else ("police",),
    waiting=models.Q(decided_at=None, taken_back_at=None, ended_at=None),
    related=RELATED,
    lock=_locked,
    short=brief,
    still_holds=rules.check_basis_of,
    effect=nothing,
    not_approved=_not_approved,
)
