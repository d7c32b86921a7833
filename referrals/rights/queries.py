"""The letters of a bureau, what waits, what was written of one of them, and how far its notifications came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from cases.intake.codes import Source
from cases.intake.models import Filing, Notification, Notifier
from cases.intake.queries import notifications_of
from cases.records.codes import Answer
from cases.records.models import Case
from face.keyset import Page, page_of
from referrals.rights.codes import DraftKind, LetterState
from referrals.rights.models import (
    ChildLetter,
    DangerCheck,
    LetterDraft,
    LetterNote,
    LetterNotice,
    LetterReading,
    LetterReply,
    WordForChild,
)
from security.encryption.fields import reveal, value_of
from security.walls import clock
from security.walls.pages import walled_list

PAGE = 50
PEOPLE = ("drafted_by__staff", "decided_by__staff")


def letters_for(by: Position) -> QuerySet[ChildLetter]:
    """The letters of the position's bureau, for those who keep them."""
    if not by.may(Permission.KEEP_LETTERS):
        return ChildLetter.objects.none()
    return ChildLetter.objects.filter(office=by.office_id)


def letters_listed(
    by: Position, asked: Mapping[str, Any], state: LetterState | None, size: int = PAGE
) -> Page[ChildLetter]:
    """A page of the letters, of one state or of all, the latest first."""
    rows = ChildLetter.objects.select_related("registered_by__staff")
    listed = walled_list(rows, "letters_page", state.value if state else "", moment="received_at")
    return page_of(listed, asked, bound=f"letters {by.pk}", size=size)


def counted_by_state(by: Position) -> dict[str, int]:
    """How many letters are in each state."""
    rows = letters_for(by).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def counted_in(by: Position, year: int) -> tuple[int, int]:
    """How many letters came in a calendar year, and how many consultations they hold: of a letter that was not read yet, one."""
    begin, end = date(year, 1, 1), date(year + 1, 1, 1)
    latest = LetterReading.objects.filter(letter=OuterRef("pk")).order_by("-written_at", "-id")
    rows = letters_for(by).filter(received_at__date__gte=begin, received_at__date__lt=end)
    held = rows.values_list(Coalesce(Subquery(latest.values("consultations")[:1]), 1), flat=True)
    counts = list(held)
    return len(counts), sum(counts)


@dataclass(frozen=True)
class Waiting:
    """A letter with which something is to be done, and what waits of it besides."""

    letter: ChildLetter
    draft: bool
    word: bool


def waiting_letters(by: Position, most: int) -> list[Waiting]:
    """What waits at the bureau, the oldest first: letters to be read, judged and answered, drafts, and texts of a center that no
    child was told yet."""
    replies = LetterReply.objects.filter(letter=OuterRef("pk"), decided_at=None)
    notices = LetterNotice.objects.filter(letter=OuterRef("pk"), decided_at=None, takes_two=True)
    of_words = LetterNotice.objects.filter(
        letter=OuterRef("pk"), filing__in=WordForChild.objects.filter(told=None).values("filing")
    )
    rows = letters_for(by).annotate(reply=Exists(replies), notice=Exists(notices), word=Exists(of_words))
    first = (LetterState.RECEIVED, LetterState.READ, LetterState.CHECKED)
    found = []
    for row in rows.exclude(state=LetterState.CLOSED).order_by("received_at", "id"):
        draft, word = bool(row.reply or row.notice), bool(row.word)
        if draft or word or row.state in first:
            found.append(Waiting(row, draft, word))
    return found[:most]


@dataclass(frozen=True)
class Written:
    """Everything that was written of one letter, each list with the latest first."""

    readings: list[LetterReading]
    checks: list[DangerCheck]
    replies: list[LetterReply]
    notices: list[LetterNotice]
    notes: list[LetterNote]

    @property
    def reading(self) -> LetterReading | None:
        """What counts of what the child wrote."""
        return self.readings[0] if self.readings else None

    @property
    def danger(self) -> DangerCheck | None:
        """What counts of the danger."""
        return self.checks[0] if self.checks else None

    @property
    def in_danger(self) -> bool:
        """Whether the child is in danger now, as it was judged last."""
        return self.danger is not None and value_of(self.danger.danger) is Answer.YES

    @property
    def is_filed(self) -> bool:
        """Whether the center was notified."""
        return any(row.filing_id is not None for row in self.notices)

    @property
    def drafts(self) -> list[LetterDraft]:
        """Replies and notifications."""
        return [*self.replies, *self.notices]


def written_of(letter: ChildLetter) -> Written:
    """What was written of this letter."""
    of = {"letter": letter.pk}
    return Written(
        list(LetterReading.objects.filter(**of).select_related("written_by__staff")),
        list(DangerCheck.objects.filter(**of).select_related("written_by__staff")),
        list(LetterReply.objects.filter(**of).select_related(*PEOPLE)),
        list(LetterNotice.objects.filter(**of).select_related("recipient", *PEOPLE)),
        list(LetterNote.objects.filter(**of).select_related("written_by__staff")),
    )


def draft_named(written: Written, kind: DraftKind, draft: UUID) -> LetterDraft:
    """The reply or notification of this id. Raises KeyError where the letter has none."""
    rows: Iterable[LetterDraft] = written.replies if kind is DraftKind.REPLY else written.notices
    return {row.pk: row for row in rows}[draft]


def receipts_of(letter: ChildLetter) -> dict[UUID, Filing]:
    """How far the notifications of this letter came, by filing."""
    rows = Filing.objects.raw("SELECT * FROM wall.receipts_of_letter(%s)", [letter.pk])
    return {row.pk: row for row in rows}


def words_to(letter: ChildLetter) -> list[WordForChild]:
    """What centers ask to tell the child of this letter; ``told``: the note that says it was."""
    filings = LetterNotice.objects.filter(letter=letter.pk, filing__isnull=False).values("filing")
    return list(WordForChild.objects.filter(filing__in=filings).select_related("told"))


def heads_of(office: UUID) -> list[UUID]:
    """The positions that decide at this bureau."""
    rows = Position.objects.current(clock.today()).filter(office=office)
    return [row.pk for row in rows if row.may(Permission.DECIDE_LETTERS)]


def filing_named(reference: str) -> UUID | None:
    """The filing of a rights bureau with this reference, if the acting position may write to the bureau."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.filing_for_word(%s)", [reference])
        found: UUID | None = cursor.fetchone()[0]
    return found


def from_bureaus(case: Case) -> list[Notification]:
    """The notifications of a case that came from a rights bureau, by this system."""
    return [one for one in notifications_of(case) if value_of(one.source) is Source.RIGHTS]


def filing_of(notification: Notification) -> UUID | None:
    """The filing that a notification was, for whoever may read who made it."""
    notifier = Notifier.objects.filter(notification=notification.pk).first()
    reference = reveal(notifier, "reference") if notifier is not None else ""
    return filing_named(reference) if reference else None
