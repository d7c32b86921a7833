"""Where a child in custody sleeps: the place of the last approved change, or of the start."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from cases.custody.codes import Place
from cases.custody.models import CustodyDecision
from cases.custody.queries import decisions_of, lasting
from cases.decisions.queries import PEOPLE
from cases.records.models import Case
from cases.stays.models import PlaceChange
from face.reading import asked_once
from security.encryption.fields import value_of, words_of

LATEST = 40
"""How many moves a page shows."""


@dataclass(frozen=True)
class Stay:
    """A place and since when: ``name`` is never shown where it is ``withheld``, but on the page of the decision."""

    kind: Place | None
    name: str
    withheld: bool
    since: datetime

    @classmethod
    def by(cls, row: CustodyDecision | PlaceChange) -> "Stay":
        """The place that a start or a change names."""
        since = row.moved_at if isinstance(row, PlaceChange) else row.effective_at
        return cls(value_of(row.place_kind), words_of(row.place), bool(value_of(row.place_withheld)), since)


@asked_once
def latest_changes(case: Case) -> QuerySet[PlaceChange]:
    """The drafts and changes of the case, the latest first, perhaps not read yet."""
    return PlaceChange.objects.filter(case=case).select_related(*PEOPLE, "start", "replaced_by")[:LATEST]


@asked_once
def changes_of(case: Case) -> list[PlaceChange]:
    """The same rows, read."""
    rows = list(latest_changes(case))
    for row in rows:
        row.case = case
    return rows


def moves_of(start: CustodyDecision, case: Case) -> list[PlaceChange]:
    """The approved changes of one custody, the last first."""
    rows = [row for row in changes_of(case) if row.start_id == start.pk and row.approved]
    return sorted(rows, key=lambda row: row.moved_at, reverse=True)


def present_stay(case: Case) -> Stay | None:
    """Where the child is in custody now; None where no custody lasts."""
    start = lasting(case)
    if start is None:
        return None
    return Stay.by(next(iter(moves_of(start, case)), start))


def stay_before(row: PlaceChange) -> Stay:
    """From where this change takes the child."""
    others = [
        one for one in moves_of(row.start, row.case) if one.pk != row.pk and one.moved_at < row.moved_at
    ]
    return Stay.by(next(iter(others), row.start))


def going_on(case: Case, now: datetime) -> CustodyDecision | None:
    """The start of the custody in which the child is at ``now``, also one that is to end later."""
    for row in decisions_of(case):
        in_effect = row.approved or (row.is_oral and row.approved is None and not row.taken_back_at)
        lasts = row.ended_at is None or row.ended_at > now
        if row.kind == "start" and in_effect and lasts:
            return row
    return None


def moves_of_each(starts: Iterable[CustodyDecision]) -> QuerySet[PlaceChange]:
    """The approved moves of a few custodies in their order, perhaps not read yet."""
    rows = PlaceChange.objects.filter(start__in=[row.pk for row in starts], approved=True)
    return rows.order_by("moved_at", "id")


def stays_of(starts: Iterable[CustodyDecision], moves: Iterable[PlaceChange]) -> dict[UUID, Stay]:
    """Where the children of these few custodies are now, by their :func:`moves_of_each`. The keys of their cases are loaded."""
    found = {row.pk: row for row in starts}
    stays = {pk: Stay.by(row) for pk, row in found.items()}
    for move in moves:
        move.case = found[move.start_id].case
        stays[move.start_id] = Stay.by(move)
    return stays


def places_withheld(cases: Collection[Case]) -> list[str]:
    """The places to which children were moved that are on no paper."""
    rows = PlaceChange.objects.filter(case__in=cases)
    return [words_of(row.place) for row in rows if value_of(row.place_withheld)]
