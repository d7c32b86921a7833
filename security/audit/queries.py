"""Reading the access log: what the walls let a reader see, narrowed and cut into pages by key, newest first.

What a case or a person is, these queries do not know; the database's policies decide which rows come at all.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from face.keyset import Key, KeyedList, Place
from security.audit.models import CaseTrace, Event
from security.audit.verbs import CHANGES

PAGE = 50
"""How many rows a page of access log shows."""
NAMED_FROM = 300
"""From how many of the newest rows the people come whom a filter offers."""

AT = {CaseTrace: "at", Event: "timestamp"}


@dataclass(frozen=True)
class EventFilter:
    """What a reader narrows a list to; empty means everything. Days are Japanese days, both included."""

    person: UUID | None = None
    verb: str = ""
    decision: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def begins_at(self) -> datetime | None:
        """The first moment of the first day."""
        return None if self.since is None else _midnight(self.since)

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after the last day."""
        return None if self.until is None else _midnight(self.until + timedelta(days=1))


class Listed(Protocol):
    """A list of the log that is read in pages."""

    def listed(self, wanted: EventFilter) -> KeyedList[Any]:
        """The list as far as its rows fit the wanted. Rows written meanwhile shift nothing."""


@dataclass(frozen=True)
class Log:
    """A list of looks or of events, which the database cuts into pages and walls by itself (``page_walls``).

    ``reviewed``: without the reader's own looks at cases the reader does not review.
    """

    model: type[CaseTrace] | type[Event]
    lead: str
    whom: UUID | None = None
    reviewed: bool = False

    def listed(self, wanted: EventFilter) -> KeyedList[Any]:
        """The list as far as its rows fit the wanted: by time, by id, and by which of the cases that one look showed."""

        def read(place: Place | None, size: int) -> tuple[list[Any], bool]:
            found = self._read(wanted, wanted.begins_at, wanted.ends_at, place, size + 1)
            return found[:size], len(found) > size

        def key(row: Any) -> Key:
            case = str(row.case_id) if isinstance(row, CaseTrace) else None
            return getattr(row, AT[self.model]).isoformat(), row.id, case

        return KeyedList(read, key)

    def newest(self, wanted: EventFilter, size: int = PAGE) -> list[Any]:
        """The newest rows that fit the wanted."""
        return self._read(wanted, wanted.begins_at, wanted.ends_at, None, size)

    def between(self, person: UUID, begins_at: datetime, ends_at: datetime, size: int) -> list[Any]:
        """The first rows of one person from one moment to before another, the oldest first."""
        place = Place((begins_at, 0, None), newer=True)
        return self._read(EventFilter(person), begins_at, ends_at, place, size)

    def _read(
        self,
        wanted: EventFilter,
        since: datetime | None,
        until: datetime | None,
        place: Place | None,
        size: int,
    ) -> list[Any]:
        at, row_id, case = place.key if place else (None, None, None)
        function = "traces_page" if self.model is CaseTrace else "events_page"
        return list(
            self.model.objects.raw(
                f"SELECT * FROM wall.{function}(%s, %s, %s, %s, %s, %s, coalesce(%s::timestamptz, '-infinity'),"  # noqa: S608 - a name of ours
                " coalesce(%s::timestamptz, 'infinity'), coalesce(%s::timestamptz, 'infinity'),"
                " coalesce(%s::bigint, 9223372036854775807), %s::uuid, %s, %s)",
                [
                    self.lead,
                    self.whom,
                    self.reviewed,
                    wanted.person,
                    wanted.verb,
                    wanted.decision,
                    since,
                    until,
                    at,
                    row_id,
                    case,
                    place is not None and place.newer,
                    size,
                ],
            )
        )


@dataclass(frozen=True)
class Merged:
    """Several lists of the same kind, none of which shares a row with another, read as one."""

    logs: tuple[Log, ...]

    def listed(self, wanted: EventFilter) -> KeyedList[Any]:
        """The one list, as far as its rows fit the wanted."""
        lists = [log.listed(wanted) for log in self.logs]
        at = AT[self.logs[0].model]

        def read(place: Place | None, size: int) -> tuple[list[Any], bool]:
            parts = [one.read(place, size) for one in lists]
            rows = [row for found, _more in parts for row in found]
            rows.sort(key=lambda row: (getattr(row, at), row.id), reverse=not (place and place.newer))
            return rows[:size], len(rows) > size or any(more for _found, more in parts)

        return KeyedList(read, lists[0].key)


def looks_at_case(case_id: UUID) -> Log:
    """Every look at one case, and every attempt."""
    return Log(CaseTrace, "case", case_id)


def looks_of_person(staff_id: UUID, *, reviewed: bool) -> Log:
    """Every case one person looked at or tried to, in whatever position."""
    return Log(CaseTrace, "person", staff_id, reviewed)


def looks_from_outside() -> Log:
    """Looks by others than the team: receivers of a disclosure, broken glass, people without any relation."""
    return Log(CaseTrace, "outside", reviewed=True)


def looks_into_cases() -> Log:
    """The same without the sheets of a night, which name no child."""
    return Log(CaseTrace, "into cases", reviewed=True)


def denials() -> Log:
    """Everything that was refused."""
    return Log(Event, "denied", reviewed=True)


def people_in_log(case_id: UUID) -> list[UUID]:
    """Who occurs in the newest looks at a case and in its newest changes, ``NAMED_FROM`` of each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wall.people_in_log(%s, %s)", [case_id, NAMED_FROM])
        return [who for (who,) in cursor.fetchall()]


def changes_of_case(case_id: UUID, child_id: UUID | None) -> Merged:
    """What was created, changed or deleted in a case, and in the record of its child where the reader may see that."""
    case = Log(Event, "changes", case_id, reviewed=True)
    return Merged(
        (case,) if child_id is None else (case, Log(Event, "changes of child", child_id, reviewed=True))
    )


def change_of_case(event_id: UUID, case_id: UUID, child_id: UUID | None) -> Event | None:
    """One of those changes. The first of that id: a row written later under the same one does not take its place."""
    place = models.Q(case_id=case_id)
    if child_id is not None:
        place |= models.Q(scope_kind="child", scope_id=child_id)
    found: models.QuerySet[Event] = Event.objects.filter(
        place, uuid=event_id, verb__in=list(CHANGES.values())
    )
    return found.select_related("content_type").order_by("timestamp", "id").first()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
