"""The visits of a case, and those that a position has planned."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F, Min, QuerySet, Window
from django.db.models.functions import RowNumber

from agencies.staff.models import Position
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import count_by_case, on_cases_of
from cases.visits.codes import Seen
from cases.visits.models import Visit
from face.reading import asked_once
from security.encryption.fields import value_of
from security.rooms import Latest

LATEST = 20
"""How many visits the case page shows."""


@asked_once
def visits_of(case: Case) -> list[Visit]:
    """The latest visits of the case, those to come first."""
    latest = list(latest_visits(case))
    for row in latest:
        row.case = case
    return latest


@asked_once
def latest_visits(case: Case) -> QuerySet[Visit]:
    """The same rows, perhaps not read yet: who needs others of the case too reads them together."""
    return all_visits_of(case)[:LATEST]


def all_visits_of(case: Case) -> QuerySet[Visit]:
    """Every visit of the case, those to come first."""
    return Visit.objects.filter(case=case).select_related("planned_by__staff", "ended_by__staff")


def sights(cases: Collection[UUID]) -> Latest:
    """The latest visits of each case, with the moments at which the child was seen."""
    held = Visit.objects.filter(case__in=cases, held_at__isnull=False)
    rank = Window(RowNumber(), partition_by="case_id", order_by=F("held_at").desc())
    rows = held.annotate(rank=rank).filter(rank__lte=LATEST).order_by("-held_at")
    return Latest(rows, lambda row: row.held_at if value_of(row.seen) is Seen.SEEN else None)


def is_planned(case: Case) -> bool:
    """Whether a visit of the case is still to be held."""
    latest = visits_of(case)
    beyond = Visit.objects.filter(case=case, ended_at=None)
    return any(row.ended_at is None for row in latest) or (len(latest) == LATEST and beyond.exists())


def planned_by(by: Position) -> QuerySet[Visit]:
    """The visits that this position planned and that are still to be held, the soonest first."""
    rows = Visit.objects.filter(on_cases_of(by, Level.EDIT), planned_by=by, ended_at=None)
    return rows.select_related("case").order_by("planned_for")


def open_on(cases: Collection[UUID], now: datetime) -> Mapping[UUID, int]:
    """How many visits are still to be held, by case."""
    return count_by_case(Visit.objects.filter(ended_at=None), cases)


def next_planned(cases: Collection[UUID]) -> Mapping[UUID, datetime]:
    """For when the first visit to be held is planned, by case."""
    return dict(
        Visit.objects.filter(case__in=cases, ended_at=None)
        .order_by()
        .values_list("case")
        .annotate(Min("planned_for"))
    )
