"""経過: the entries of the progress record and what else happened on the case, in one stream, the latest first.

Entries stand where they were written and are read page by page, and so is what a room has many of on a case; the other events of
a case are few, are read whole and sorted in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from agencies.staff.models import Position, Staff
from cases.records.models import Case
from cases.records.panel import Entry, Moment, Span
from cases.records.queries import progress_page, team_of
from face.keyset import Key, KeyedList, Page, Place, page_of
from face.together import read_together
from security.rooms import Room, merged, rooms_at
from security.walls import clock

SIZE = 20
MONTHS = 120
"""How many months back can be chosen."""


@dataclass(frozen=True)
class Told:
    """One line of the stream: an entry, or a moment that a room tells. ``id`` orders what is of one instant; ``kind`` is the name
    of what it shows, for the access log."""

    at: datetime
    id: UUID
    kind: str
    entry: Entry | None = None
    moment: Moment | None = None

    @property
    def person(self) -> Staff | None:
        """Who wrote or did it."""
        return self.entry.written_by if self.entry else self.moment.person if self.moment else None


@dataclass(frozen=True)
class Chosen:
    """What the stream is narrowed to: one room (by its first card), the key of who wrote it, the first day of a month. Empty:
    everything. The key comes from the address: the person is named only where a line does."""

    kind: str = ""
    person: UUID | None = None
    month: date | None = None

    def tells(self, moment: Moment) -> bool:
        """Whether a moment is among what was chosen."""
        by = moment.person.pk if moment.person else None
        return self._in_month(moment.at) and self.person in (None, by)

    def _in_month(self, at: datetime) -> bool:
        return self.month is None or timezone.localdate(at).replace(day=1) == self.month

    def edges(self) -> tuple[datetime, datetime] | None:
        """The first instant of the month, and the first one after it."""
        if self.month is None:
            return None
        after = (self.month + timedelta(days=31)).replace(day=1)
        first, last = (timezone.make_aware(datetime.combine(day, time())) for day in (self.month, after))
        return first, last


def kinds(keeper: str = "cgc") -> dict[str, str | Promise]:
    """What can be chosen: each room that tells something, by its first card."""
    words = merged("logged")
    return {kind: words[kind] for kind in map(_kind_of, rooms_at(keeper)) if kind}


def _kind_of(room: Room) -> str:
    return next(iter(room.cards), "") if room.moments or room.moments_in else ""


def months_of(case: Case) -> list[date]:
    """The months of the case, this one first."""
    month, opened = clock.today().replace(day=1), timezone.localdate(case.opened_at).replace(day=1)
    found = [month]
    while found[-1] > opened and len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def chosen_of(case: Case, asked: Mapping[str, Any]) -> Chosen:
    """What a query string chooses; what it does not know narrows nothing."""
    kind = asked.get("kind", "")
    month = next((day for day in months_of(case) if f"{day:%Y-%m}" == asked.get("month")), None)
    try:
        person = UUID(asked.get("person", ""))
    except ValueError:
        person = None
    return Chosen(kind if kind in kinds(case.office.kind) else "", person, month)


def team_staff(case: Case) -> list[Staff]:
    """Who is on the team, each once."""
    return list({grant.position.staff_id: grant.position.staff for grant in team_of(case)}.values())


def stream_of(case: Case, by: Position, chosen: Chosen, asked: Mapping[str, Any]) -> Page[Told]:
    """The page of the stream that a query string names."""

    def read(place: Place | None, size: int) -> tuple[list[Told], bool]:
        entries, more = _entries(case, chosen, place, size)
        told = _moments(case, by, chosen, Span(place, size, chosen.person, chosen.edges()))
        found = sorted(
            [*entries, *filter(_beyond(place), told)], key=_order, reverse=not (place and place.newer)
        )
        return found[:size], more or len(found) > size

    return page_of(KeyedList(read, _key), asked, bound=f"progress {case.pk} {by.pk}", size=SIZE)


def _moments(case: Case, by: Position, chosen: Chosen, span: Span) -> list[Told]:
    """What the rooms tell. A room's few moments are numbered as it tells them, always in the same order; others have a row."""
    asked = [
        (place, kind, room)
        for place, room in enumerate(rooms_at(case.office.kind))
        if (kind := _kind_of(room)) and chosen.kind in ("", kind)
    ]
    many = {place: list(room.moments_in(case, by, span)) for place, _kind, room in asked if room.moments_in}
    read_together(*(part.rows for parts in many.values() for part in parts))
    found = []
    for place, kind, room in asked:
        few = room.moments(case, by) if room.moments else ()
        told = (part.line(row) for part in many.get(place, ()) for row in part.rows)
        found += [
            Told(moment.at, moment.row or UUID(int=(place << 32) + number), kind, moment=moment)
            for number, moment in enumerate((*few, *told))
            if chosen.tells(moment)
        ]
    return found


def _entries(case: Case, chosen: Chosen, place: Place | None, size: int) -> tuple[list[Told], bool]:
    if chosen.kind not in ("", "progress"):
        return [], False
    edges = chosen.edges()
    if edges and place is None:
        place = Place([edges[1].isoformat(), str(UUID(int=0))], newer=False)
    rows = progress_page(case, chosen.person, place, size)
    found = [Told(row.written_at, row.pk, "progress", Entry.of(row, later)) for row, later in rows[:size]]
    within = [told for told in found if edges is None or edges[0] <= told.at < edges[1]]
    return within, len(rows) > size and len(within) == len(found)


def _beyond(place: Place | None) -> Any:
    """Whether a line lies on the asked side of ``place``."""
    if place is None:
        return lambda told: True
    edge = (datetime.fromisoformat(place.key[0]), UUID(place.key[1]))
    return lambda told: (_order(told) > edge) if place.newer else (_order(told) < edge)


def _order(told: Told) -> tuple[datetime, UUID]:
    return told.at, told.id


def _key(told: Told) -> Key:
    return [told.at.isoformat(), str(told.id)]
