"""The police desk: envelopes, who may open them, and what is closed. No case content is asked for here."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Post
from agencies.staff.roles import Role
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.reading import asked_once
from referrals.disclosures.codes import Ending
from referrals.disclosures.models import Assignment, Envelope
from referrals.police.models import PoliceContact
from security.walls import clock

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
    readers: list[Post] = field(default_factory=list)

    @property
    def reader_posts(self) -> set[UUID]:
        """The assigned posts."""
        return {post.pk for post in self.readers}

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
        """Whether an answer is overdue."""
        return self.closed_since is None and self.envelope.due_at < clock.now()

    @property
    def is_unopened(self) -> bool:
        """Whether nobody has opened it, and the hours in which it is to be opened are over."""
        unopened = self.closed_since is None and self.envelope.opened_at is None
        return unopened and self.envelope.open_by <= clock.now()


def letters_at_desk(by: Post, one: UUID | None = None) -> list[Letter]:
    """The envelopes of the post's own office: open ones first by due date, then the closed ones, the latest first.

    ``one``: only that of this disclosure.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.envelopes_at_my_desk(%s)", [one])
        closed = {pk: (since, ending or "") for pk, since, ending in cursor.fetchall()}
    rows = Envelope.objects.filter(disclosure_id__in=closed, recipient=by.office_id).select_related(
        "sender", "taken_by__staff"
    )
    readers: dict[UUID, list[Post]] = {}
    assigned = Assignment.objects.filter(disclosure_id__in=closed, ended_at=None).select_related(
        "post__staff", "post__office"
    )
    for row in assigned.order_by("assigned_at"):
        readers.setdefault(row.disclosure_id, []).append(row.post)
    found = [Letter(row, *closed[row.disclosure_id], readers.get(row.disclosure_id, [])) for row in rows]
    is_open = [letter for letter in found if letter.closed_since is None]
    is_closed = [letter for letter in found if letter.closed_since is not None]
    return sorted(is_open, key=lambda x: (x.envelope.due_at, x.envelope.reference)) + sorted(
        is_closed, key=lambda x: x.closed_since or x.envelope.sent_at, reverse=True
    )


def letter_at_desk(by: Post, disclosure_id: UUID) -> Letter | None:
    """One envelope of the post's own office, or None."""
    return next(iter(letters_at_desk(by, disclosure_id)), None)


def letters_of_officer(by: Post) -> list[Letter]:
    """The envelopes assigned to this post."""
    return [letter for letter in letters_at_desk(by) if by.pk in letter.reader_posts]


def officers_of(office_id: UUID) -> QuerySet[Post]:
    """The posts of an office that can be assigned."""
    roles = [Role.JUVENILE_OFFICER, Role.POLICE_SUPERVISOR]
    return Post.objects.current().filter(office=office_id, role__in=roles).select_related("staff", "office")


@asked_once
def contacts_of(case: Case) -> QuerySet[PoliceContact]:
    """The police contacts of a case, the latest first."""
    return PoliceContact.objects.filter(case=case).select_related("recorded_by__staff", "seen_by__staff")


def contacts_unseen_for(by: Post) -> QuerySet[PoliceContact]:
    """Contacts on the cases this post supervises that nobody has marked as seen, the oldest first; not one's own."""
    unseen = PoliceContact.objects.filter(seen_at=None, case__pk__held_by=(by.pk, Level.MANAGE.value))
    return (
        unseen.exclude(recorded_by__staff=by.staff_id)
        .select_related("case", "recorded_by__staff")
        .order_by("recorded_at")
    )


def posts_behind(disclosure_id: UUID) -> list[UUID]:
    """The posts of the sending side to tell about an envelope on one's own desk; ids only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.posts_behind_disclosure(%s)", [disclosure_id])
        return [row[0] for row in cursor.fetchall()]
