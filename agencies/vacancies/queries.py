"""The vacancy board as a center reads it, and what an institution keeps."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Value

from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.vacancies.codes import Facility, Need, Takes
from agencies.vacancies.models import Therapist, TherapyNeed, Unit
from agencies.vacancies.rules import is_stale, therapists_needed

DAY = timedelta(days=1)


def units_on_board() -> QuerySet[Unit]:
    """Every unit on the board that the acting position sees."""
    return Unit.objects.filter(withdrawn_at=None).select_related("office")


def units_of(by: Position) -> list[Unit]:
    """The units of the position's own institution, the one that was written longest ago first."""
    if not by.may(Permission.KEEP_VACANCIES):
        return []
    return list(units_on_board().filter(office=by.office_id).order_by("updated_at", "id"))


def names_of_units(by: Position) -> dict[str, UUID]:
    """The ids of the own units on the board, by name."""
    return {unit.name: unit.pk for unit in units_of(by)}


@dataclass(frozen=True)
class Asked:
    """What the reader of the board looks for; None and empty narrow nothing."""

    takes: Takes | None = None
    age: int | None = None
    facility: Facility | None = None
    needs: Collection[Need] = ()
    full_too: bool = False
    fresh_only: bool = False


def board(asked: Asked, now: datetime) -> QuerySet[Unit]:
    """The units that take such a child."""
    rows = units_on_board()
    if asked.takes is not None:
        rows = rows.filter(takes__in=(asked.takes, Takes.BOTH))
    if asked.age is not None:
        rows = rows.filter(age_from__lte=asked.age, age_to__gte=asked.age)
    if asked.facility is not None:
        rows = rows.filter(facility=asked.facility)
    if asked.needs:
        rows = rows.exclude(cannot__overlap=[need.value for need in asked.needs])
    if not asked.full_too:
        rows = rows.filter(beds__gt=0)
    if asked.fresh_only:
        days = ExpressionWrapper(F("office__vacancy_days") * Value(DAY), output_field=DurationField())
        rows = rows.filter(updated_at__gt=Value(now) - days)
    return rows


@dataclass(frozen=True)
class Listed:
    """A unit in a list, and whether what it says is out of date."""

    unit: Unit
    stale: bool


def listed(units: Collection[Unit], now: datetime) -> list[Listed]:
    """The units with their state."""
    return [Listed(unit, is_stale(unit, now)) for unit in units]


@dataclass(frozen=True)
class Therapy:
    """What an institution counted last, how many psychotherapists it needs for that, and how many are in post today."""

    need: TherapyNeed
    needed: int
    posted: int

    @property
    def is_short(self) -> bool:
        """Whether one is missing."""
        return self.posted < self.needed


def therapy_of(offices: Collection[UUID]) -> dict[UUID, Therapy]:
    """Of these institutions that ever counted: the need, and who is in post, by institution."""
    rows = TherapyNeed.objects.filter(office__in=offices).order_by("office_id", "-kept_at", "-id")
    latest = list(rows.distinct("office_id"))
    posted = therapists_posted([row.office_id for row in latest])
    return {
        row.office_id: Therapy(
            row, therapists_needed(row.facility_label, row.people), posted.get(row.office_id, 0)
        )
        for row in latest
    }


def therapists_posted(offices: Collection[UUID]) -> Mapping[UUID, int]:
    """How many psychotherapists are in post today: a number, since a center reads no name of them."""
    if not offices:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT of_office, posted FROM wall.therapists_posted(%s)", [list(offices)])
        return dict(cursor.fetchall())


def therapists_of(by: Position) -> QuerySet[Therapist]:
    """The psychotherapists of the position's own institution, those in post first."""
    if not by.may(Permission.KEEP_VACANCIES):
        return Therapist.objects.none()
    return Therapist.objects.filter(office=by.office_id).order_by(F("until_on").desc(nulls_first=True), "id")


def institutions() -> QuerySet[Office]:
    """The institutions in use."""
    return Office.objects.filter(kind=OfficeKind.INSTITUTION, active=True).order_by("name", "pk")


def units_by_office(units: Collection[Unit]) -> dict[UUID, list[Unit]]:
    """The units under the id of their institution."""
    found: dict[UUID, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.office_id, []).append(unit)
    return found


def facts_of(unit: Unit) -> dict[str, Any]:
    """What a form of the unit begins with."""
    return {name: getattr(unit, name) for name in Unit.TOLD}
