"""The police desk: envelopes, who may open them, and what is closed. No case content is asked for here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Func, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import POLICE_ROLES
from cases.nights.queries import Happened
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import on_cases_of
from face.keyset import Page, page_of
from face.reading import asked_once
from referrals.disclosures.codes import Ending
from referrals.disclosures.models import Assignment, Envelope
from referrals.police.models import PoliceContact
from security.walls import clock
from security.walls.pages import walled_list

SIZE = 25
ENDINGS: dict[str, str | Promise] = {
    Ending.EXPIRED: _("Ended: its term ran out"),
    Ending.WITHDRAWN: _("Ended: withdrawn"),
    Ending.SUPERSEDED: _("Ended: replaced by a newer answer"),
    Ending.CLOSED: _("Ended by the sender"),
}


@dataclass
class Letter:
    """An envelope on the desk, since when it is closed, and the officers who may open it."""

    envelope: Envelope
    closed_since: datetime | None
    ending: str = ""
    readers: list[Position] = field(default_factory=list)

    @property
    def reader_positions(self) -> set[UUID]:
        """The assigned positions."""
        return {position.pk for position in self.readers}

    @property
    def state(self) -> str:
        """closed, taken, or new."""
        if self.closed_since is not None:
            return "closed"
        return "taken" if self.readers else "new"

    @property
    def how_ended(self) -> str | Promise:
        """What the receiver is told of the ending; no word of the case."""
        return ENDINGS.get(self.ending, ENDINGS[Ending.CLOSED])

    @property
    def is_late(self) -> bool:
        """Whether the first answer is overdue."""
        unanswered = self.closed_since is None and self.envelope.answered_at is None
        return unanswered and self.envelope.due_at < clock.now()

    @property
    def is_unopened(self) -> bool:
        """Whether it is unopened, and the hours in which it is to be opened are over."""
        unopened = self.closed_since is None and self.envelope.opened_at is None
        return unopened and self.envelope.open_by <= clock.now()


@dataclass(frozen=True)
class DeskPage:
    """One page of the desk: its letters, and where the pages beside it are."""

    letters: list[Letter]
    shown: Page[Envelope]


def envelopes_of(by: Position) -> QuerySet[Envelope]:
    """The envelopes of the position's own office."""
    return Envelope.objects.filter(recipient=by.office_id).select_related("sender", "taken_by__staff")


def letters_in_hand(
    by: Position, asked: Mapping[str, Any], *, own: bool = False, size: int = SIZE
) -> DeskPage:
    """A page of the envelopes that have not ended, what is due first at the top; ``own``: those assigned to this position."""
    listed = walled_list(envelopes_of(by), "envelopes_page", own, moment="due_at", soonest=True)
    return _desk_page(page_of(listed, asked, bound=f"envelopes {by.pk}", size=size))


def letters_ended(by: Position, asked: Mapping[str, Any], *, size: int = SIZE) -> DeskPage:
    """A page of those that have ended, the latest end first."""
    ended = Func("disclosure_id", function="wall.ended_at_my_desk", output_field=DateTimeField())
    rows: QuerySet[Envelope] = envelopes_of(by).annotate(ended_at=ended)
    listed = walled_list(rows, "ended_envelopes_page", moment="ended_at")
    return _desk_page(page_of(listed, asked, bound=f"ended envelopes {by.pk}", size=size))


def letters_counted(*, own: bool) -> int:
    """How many envelopes are in hand at the acting position's office, or assigned to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.envelopes_counted(%s)", [own])
        counted: int = cursor.fetchone()[0]
    return counted


def letter_at_desk(by: Position, disclosure_id: UUID) -> Letter | None:
    """One envelope of the position's own office, or None."""
    return next(iter(_letters(envelopes_of(by).filter(disclosure=disclosure_id))), None)


def _desk_page(shown: Page[Envelope]) -> DeskPage:
    return DeskPage(_letters(shown.rows), shown)


def _letters(envelopes: Iterable[Envelope]) -> list[Letter]:
    """The envelopes with their state and readers, in their order; the database leaves out what is not at the caller's desk."""
    rows = list(envelopes)
    if not rows:
        return []
    ids = [row.disclosure_id for row in rows]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.envelopes_at_my_desk(%s)", [ids])
        states = {pk: (since, ending or "") for pk, since, ending in cursor.fetchall()}
    assigned = Assignment.objects.filter(disclosure_id__in=ids, ended_at=None)
    readers: dict[UUID, list[Position]] = {}
    for each in assigned.select_related("position__staff", "position__office").order_by("assigned_at"):
        readers.setdefault(each.disclosure_id, []).append(each.position)
    return [
        Letter(row, *states[row.disclosure_id], readers.get(row.disclosure_id, []))
        for row in rows
        if row.disclosure_id in states
    ]


def officers_of(office_id: UUID) -> QuerySet[Position]:
    """The positions of an office that can be assigned."""
    return (
        Position.objects.current(clock.today())
        .filter(office=office_id, role__in=POLICE_ROLES)
        .select_related("staff", "office")
    )


def open_letters_by_officer() -> dict[UUID, int]:
    """How many open envelopes at the acting position's own desk each position is assigned; a position without one is not
    named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.position_id, count(*) FROM referrals_assignment a "
            "JOIN wall.envelopes_at_my_desk(ARRAY(SELECT disclosure_id FROM referrals_assignment WHERE ended_at IS NULL)) e "
            "ON e.of_disclosure = a.disclosure_id "
            "WHERE a.ended_at IS NULL AND e.closed_since IS NULL GROUP BY a.position_id"
        )
        return dict(cursor.fetchall())


@asked_once
def contacts_of(case: Case) -> QuerySet[PoliceContact]:
    """The police contacts of a case, the latest first."""
    return PoliceContact.objects.filter(case=case).select_related("recorded_by__staff", "seen_by__staff")


def contacts_of_night(night: date, morning: date) -> list[Happened]:
    """The contacts with the police of the acting position's office that were recorded in a night, as ``night_of`` answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.contacts_of_night(%s, %s)", [night, morning])
        return [Happened(*row) for row in cursor.fetchall()]


def contacts_unseen_for(by: Position) -> QuerySet[PoliceContact]:
    """Contacts on the cases this position supervises that are not marked as seen, the oldest first; not its own."""
    unseen = PoliceContact.objects.filter(on_cases_of(by, Level.MANAGE), seen_at=None)
    return (
        unseen.exclude(recorded_by__staff=by.staff_id)
        .select_related("case", "recorded_by__staff")
        .order_by("recorded_at")
    )
