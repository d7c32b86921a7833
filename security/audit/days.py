"""Looks counted by day and person, as the database's function ``wall.looks_by_day`` answers them, newest first."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from face.keyset import Key, KeyedList, Place

NOBODY = UUID(int=0)
"""In place of a person, for who was not signed in."""
LINES = 25
"""How many lines a page shows."""


@dataclass(frozen=True)
class Line:
    """One person's looks of one day: in which positions and relations, how often, at how many cases, and what was shown."""

    day: date
    who: UUID
    positions: list[UUID]
    relations: list[str]
    looks: int
    refused: int
    cases: int
    verbs: list[str]
    panels: frozenset[str]


class LookKind(StrEnum):
    """Which looks count by how they came about, as ``wall.looks_by_day`` knows them."""

    ALL = ""
    OUTSIDE = "outside"
    GLASS = "glass"
    DENIED = "denied"
    PRINT = "print"


@dataclass(frozen=True)
class DayFilter:
    """Which looks count; empty means all but list views. Days are Japanese days, both included.

    ``panels``: those that showed one of these.
    """

    kind: LookKind = LookKind.ALL
    panels: tuple[str, ...] = ()
    lists: bool = False
    person: UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Days:
    """The days of one case or one person. ``lead``: case, others (but the reader's own), or person."""

    lead: str
    whom: UUID

    def listed(self, wanted: DayFilter) -> KeyedList[Any]:
        """The lines as far as they fit the wanted, by day and by person."""

        def read(place: Place | None, size: int) -> tuple[list[Line], bool]:
            found = self.newest(wanted, size + 1, place)
            return found[:size], len(found) > size

        def key(row: Line) -> Key:
            return row.day.isoformat(), str(row.who)

        return KeyedList(read, key)

    def newest(self, wanted: DayFilter, size: int, place: Place | None = None) -> list[Line]:
        """The first lines that fit the wanted, from the newest or from ``place`` on."""
        day, who = place.key if place else (None, None)
        until = wanted.until and wanted.until + timedelta(days=1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM wall.looks_by_day(%s, %s, %s, %s, %s, %s, coalesce(%s::date, '-infinity'),"
                " coalesce(%s::date, 'infinity'), %s::date, %s::uuid, %s, %s)",
                [
                    self.lead,
                    self.whom,
                    wanted.kind,
                    list(wanted.panels) or None,
                    wanted.lists,
                    wanted.person,
                    wanted.since,
                    until,
                    day,
                    who,
                    place is not None and place.newer,
                    size,
                ],
            )
            return [
                Line(
                    day,
                    who,
                    held or [],
                    relations,
                    looks,
                    refused,
                    cases,
                    verbs,
                    frozenset((panels or "").split()),
                )
                for day, who, held, relations, looks, refused, cases, verbs, panels in cursor.fetchall()
            ]
