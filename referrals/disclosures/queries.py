"""What is seen of a disclosure: the package (sender and receiver alike), its state, and what waits for a decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from agencies.staff.models import Position
from cases.records.codes import Level, Urgency
from cases.records.models import Case
from cases.records.queries import on_cases_of
from face.codes import UnknownCode, stored_code
from face.reading import asked_once
from face.together import read_together
from referrals.consent.models import Intention
from referrals.consent.queries import Closed
from referrals.disclosures.codes import Ending, Item, Kind, paper_label
from referrals.disclosures.models import Assignment, Disclosure, Envelope, PackageItem
from security.encryption.keyring import Scope, current
from security.walls import clock


@dataclass(frozen=True)
class Part:
    """One item of a package: its heading and its (still sealed) text."""

    item: Item
    row: PackageItem


@dataclass(frozen=True)
class PackageView:
    """Everything that either side sees of a package. The page can reach nothing else."""

    disclosure_id: UUID
    case_id: UUID
    reference: str
    heading: str | Promise
    """The kind of paper; where none was chosen, that it is a report to the police."""
    sender: str
    contact: str
    recipient: str
    urgency: Urgency | UnknownCode
    """Shown as its code: its label says what the child or the office intends."""
    due_at: datetime
    parts: list[Part] = field(default_factory=list)


def package_view(disclosure_id: UUID) -> PackageView | None:
    """The package as the receiver reads it; the sender's preview asks the same. None where the walls show nothing.

    The key is asked for last: a withdrawal that commits between these statements hides it, and the package is closed. Texts are
    decrypted later, by the key held here.
    """
    row = Disclosure.objects.select_related("sender", "recipient").filter(pk=disclosure_id).first()
    if row is None:
        return None
    sealed = {part.item: part for part in PackageItem.objects.filter(disclosure=row, item__in=row.items)}
    if not current().can_open(Scope("disclosure", row.pk)):
        return None
    return PackageView(
        disclosure_id=row.pk,
        case_id=row.case_id,
        reference=row.reference,
        heading=paper_label(row.paper_kind) if row.paper_kind else stored_code(Kind, row.kind).label,
        sender=row.sender.name,
        contact=row.contact,
        recipient=row.recipient.name,
        urgency=stored_code(Urgency, row.urgency),
        due_at=row.due_at,
        parts=[Part(item, sealed[item.value]) for item in Item if item.value in sealed],
    )


@dataclass
class Looks:
    """How often the receiving office opened and printed a disclosure, and when last."""

    opened: int = 0
    printed: int = 0
    last_at: datetime | None = None


@dataclass
class Report:
    """A disclosure as its sender sees it: state, envelope, who may read it, and how often it was read."""

    row: Disclosure
    envelope: Envelope | None
    readers: list[Assignment]
    looks_by_row: Mapping[UUID, Looks]
    """Of the whole case, asked of the access log by who first wants to know."""

    @property
    def looks(self) -> Looks:
        """How often it was read."""
        return self.looks_by_row.get(self.row.pk, Looks()) if self.row.sent_at else Looks()

    @property
    def state(self) -> str:
        """returned, withdrawn, superseded, expired, closed, draft, approved, sent or taken."""
        if self.row.ended_at is not None:
            return self.row.ending or Ending.CLOSED
        if self.row.is_expired_at(clock.now()):
            return Ending.EXPIRED
        if self.row.sent_at is None:
            return "approved" if self.row.approved else "draft"
        return "taken" if self.readers else "sent"


@asked_once
def reports_of(case: Case, **narrow: object) -> list[Report]:
    """The disclosures of a case as their sender sees them, the newest first."""
    rows, assigned = rows_of(case, **narrow), assignments_of(case)
    read_together(rows, assigned)
    looks = cast(Mapping[UUID, Looks], SimpleLazyObject(lambda: looks_of(case.pk)))
    readers: dict[UUID, list[Assignment]] = {}
    for row in assigned:
        readers.setdefault(row.disclosure_id, []).append(row)
    return [
        Report(row, getattr(row, "envelope", None) if row.sent_at else None, readers.get(row.pk, []), looks)
        for row in rows
    ]


@asked_once
def rows_of(case: Case, **narrow: object) -> QuerySet[Disclosure]:
    """The disclosures of a case, the newest first, perhaps not read yet: who needs more of them too reads it together."""
    found = Disclosure.objects.filter(case=case, **narrow).select_related(
        "recipient", "intention", "exception", "drafted_by__staff", "decided_by__staff", "case__office"
    )
    return found.select_related("envelope__taken_by__staff").order_by("-drafted_at", "-id")


@asked_once
def assignments_of(case: Case) -> QuerySet[Assignment]:
    """Who may open the disclosures of a case that were sent, in the same way."""
    found = Assignment.objects.filter(disclosure__case=case, disclosure__sent_at__isnull=False)
    return found.select_related("position__staff", "position__office")


def looks_of(case_id: UUID) -> dict[UUID, Looks]:
    """How often each disclosure of a case was opened and printed by its receiver, from the access log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.looks_at_disclosures(%s)", [case_id])
        return {row[0]: Looks(*row[1:]) for row in cursor.fetchall()}


def reports_to_send(by: Position) -> QuerySet[Disclosure]:
    """Approved reports of this person that have not been sent, the earliest due first."""
    rows = Disclosure.objects.filter(approved=True, sent_at=None, ended_at=None, drafted_person=by.staff_id)
    held = rows.filter(on_cases_of(by, Level.EDIT))
    return held.select_related("case", "exception", "recipient").order_by("due_at")


def drafts_on_exception(by: Position) -> QuerySet[Disclosure]:
    """This person's drafts that wait for their decision and rest on an exception, which ends in hours; the soonest first."""
    rows = Disclosure.objects.filter(
        decided_at=None, taken_back_at=None, ended_at=None, drafted_person=by.staff_id
    )
    held = rows.filter(on_cases_of(by, Level.EDIT), exception__expires_at__gt=clock.now())
    return held.select_related("case", "exception", "recipient").order_by("exception__expires_at")


@asked_once
def reports_unread_for(by: Position) -> list[Disclosure]:
    """Reports on the cases this position answers for that the police have and have not opened, what has to be opened first at the
    top.

    It asks of this moment and needs no job: what is opened, withdrawn, closed or has run out is not among them.
    """
    now = clock.now()
    rows = Disclosure.objects.filter(
        ended_at=None, envelope__opened_at=None, envelope__isnull=False, intention__withdrawals=None
    ).filter(on_cases_of(by, Level.MANAGE))
    found = rows.select_related("case", "recipient", "envelope", "intention", "exception")
    return [row for row in found.order_by("envelope__open_by") if not row.is_expired_at(now)]


def reports_unopened_for(by: Position) -> list[Disclosure]:
    """Those of them that the police should have opened by now."""
    return [row for row in reports_unread_for(by) if row.envelope.open_by <= clock.now()]


def closed_with(intention: Intention) -> list[Closed]:
    """The reports sent on a confirmation, with the officers who could open them, to be told that the page has closed."""
    sent = Disclosure.objects.filter(intention=intention, sent_at__isnull=False)
    readers: dict[UUID, list[UUID]] = {row.pk: [] for row in sent}
    for row in Assignment.objects.filter(disclosure__in=sent, ended_at=None):
        readers[row.disclosure_id].append(row.position_id)
    return [Closed(row.reference, reverse("letter", args=[row.pk]), readers[row.pk]) for row in sent]


def cases_of_disclosure(disclosure_id: UUID) -> list[UUID]:
    """The case a disclosure's key belongs to, for the access log."""
    return list(Disclosure.objects.filter(pk=disclosure_id).values_list("case_id", flat=True))


def received_relations(position_id: UUID, case_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The cases of which this position reads a disclosure: its relation to them is 'disclosure', for the access log."""
    received = Disclosure.objects.filter(
        case_id__in=list(case_ids), assignments__position_id=position_id, assignments__ended_at=None
    )
    return dict.fromkeys(received.values_list("case_id", flat=True), "disclosure")


def case_of_closed(disclosure_id: UUID) -> UUID | None:
    """The case of a disclosure that is closed to the officer who was assigned it: its access log belongs there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.case_of_closed(%s)", [disclosure_id])
        row: tuple[UUID | None] = cursor.fetchone()
    return row[0]


def references_at_desk(disclosure_ids: Iterable[str]) -> dict[str, str]:
    """The references of disclosures by id, as far as the acting position sees their envelopes."""
    rows = Envelope.objects.filter(disclosure_id__in=list(disclosure_ids))
    return {str(pk): reference for pk, reference in rows.values_list("disclosure_id", "reference")}


def positions_behind(disclosure_id: UUID) -> list[UUID]:
    """The positions of the sending side to tell about an envelope on the caller's desk; ids only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.positions_behind_disclosure(%s)", [disclosure_id])
        return [row[0] for row in cursor.fetchall()]
