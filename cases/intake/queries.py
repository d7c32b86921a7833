"""What waits at an office's desk, what a position has filed, and what a case was told."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Window, prefetch_related_objects
from django.db.models.functions import RowNumber

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.intake.codes import Outcome, Source
from cases.intake.models import Filing, FilingCopy, Notification, Notifier, SafetyCheck
from cases.records.actions import ChildFacts
from cases.records.codes import Level
from cases.records.models import UNKNOWN, Case
from cases.records.queries import cases_for, search_exact
from face.keyset import Page, page_of
from face.reading import asked_once
from security.encryption.fields import reveal, value_of
from security.rooms import Latest, latest_of
from security.search.names import number_key, school_key
from security.walls.pages import walled_list

PAGE = 50
CHECKS = 20
"""Among so many checks of a case, the latest, the last is looked for at which the child was seen."""


def my_filings(by: Position, asked: Mapping[str, Any], size: int = PAGE) -> Page[Filing]:
    """The receipts of what this position filed, the page that a query string names, latest first."""
    listed = walled_list(Filing.objects.all(), "receipts_page", moment="sent_at", whole=True)
    found = page_of(listed, asked, bound=f"receipts {by.pk}", size=size)
    prefetch_related_objects(found.rows, "recipient")
    return found


def copied(filings: Iterable[Filing]) -> set[UUID]:
    """Of which of these the filer has a copy to read: older ones have none."""
    wanted = [filing.pk for filing in filings]
    return set(FilingCopy.objects.filter(filing__in=wanted).values_list("filing", flat=True))


def incoming_filings(by: Position) -> list[Filing]:
    """What has come to the position's office and belongs to no case yet: what presses, then the longest waiting. The wall
    decides who sees it."""
    waiting = Filing.objects.filter(recipient=by.office, registered_at=None)
    return list(waiting.select_related("sender", "received_by__staff").order_by("-pressing", "sent_at", "id"))


@asked_once
def notifications_of(case: Case) -> list[Notification]:
    """The case's notifications, the first one first. ``shows_notifier``: whether this reader may see who made it."""
    rows = Notification.objects.filter(case=case).select_related("received_by__staff", "received_by__office")
    # The wall of the notifiers answers within the statement; nothing of them is read, and no key.
    return list(rows.annotate(shows_notifier=Exists(Notifier.objects.filter(notification=OuterRef("pk")))))


def brought_by(case: Case, office: Office) -> bool:
    """Whether this office of the police has notified the center of the child, as far as the reader may see who notified: its name
    stands as the notifier's office, alone or before a department of it."""
    by_police = {row.pk for row in notifications_of(case) if value_of(row.source) is Source.POLICE}
    notifiers = Notifier.objects.filter(notification__in=by_police)
    named = [reveal(row, "relation") or "" for row in notifiers]
    return any(office.name in (text.strip(), *text.split()[:1]) for text in named)


def last_seen(cases: Collection[UUID]) -> dict[UUID, datetime]:
    """When the child of each of these few cases was last seen at a safety check."""
    return latest_of([sights(cases)])


def sights(cases: Collection[UUID]) -> Latest:
    """The latest checks of each case whose record stands, with the moments at which the child was seen."""
    checks = SafetyCheck.objects.standing().filter(case__in=cases)
    rank = Window(RowNumber(), partition_by="case_id", order_by=F("seen_at").desc())
    rows = checks.annotate(rank=rank).filter(rank__lte=CHECKS).order_by("-seen_at")
    return Latest(rows, lambda row: row.seen_at if value_of(row.outcome) is Outcome.SEEN else None)


def case_to_attach_to(by: Position, number: str) -> Case | None:
    """The open case with this number, if the position manages it: a filing can be added to it."""
    cases = cases_for(by, Level.MANAGE).open().select_related("child", "office")
    return cases.filter(number=number_key(number)).first()


def is_searchable(child: ChildFacts) -> bool:
    """Whether the same child could be found elsewhere: a full reading is known, and a birth date or else the school."""
    is_named = UNKNOWN not in (child.family_kana, child.given_kana)
    return is_named and bool(child.birth_date or school_key(child.school))


def possible_duplicates(by: Position, child: ChildFacts, *, besides: Iterable[UUID]) -> list[Case]:
    """Other cases of this position about a child of the same full kana and birth date, or school where no birth date is known."""
    if not is_searchable(child):
        return []
    left_out = set(besides)
    kana = child.family_kana + child.given_kana
    found = search_exact(by, kana=kana, birth_date=child.birth_date, school=child.school)
    return [case for case in found if case.pk not in left_out]


def cases_of_compartment(owner: UUID) -> list[UUID]:
    """The case whose notifier a compartment key opens, for the record of the look."""
    return list(Notification.objects.filter(pk=owner).values_list("case_id", flat=True))
