"""The visits of a case, and those that a position has planned."""

from django.db.models import QuerySet

from agencies.staff.models import Position
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import on_cases_of
from cases.visits.models import Visit
from face.reading import asked_once

LATEST = 20
"""How many visits the case page shows."""


@asked_once
def visits_of(case: Case) -> list[Visit]:
    """The latest visits of the case, those to come first."""
    latest = list(all_visits_of(case)[:LATEST])
    for row in latest:
        row.case = case
    return latest


def all_visits_of(case: Case) -> QuerySet[Visit]:
    """Every visit of the case, those to come first."""
    return Visit.objects.filter(case=case).select_related("planned_by__staff", "ended_by__staff")


def is_planned(case: Case) -> bool:
    """Whether a visit of the case is still to be held."""
    latest = visits_of(case)
    beyond = Visit.objects.filter(case=case, ended_at=None)
    return any(row.ended_at is None for row in latest) or (len(latest) == LATEST and beyond.exists())


def planned_by(by: Position) -> QuerySet[Visit]:
    """The visits that this position planned and that are still to be held, the soonest first."""
    rows = Visit.objects.filter(on_cases_of(by, Level.EDIT), planned_by=by, ended_at=None)
    return rows.select_related("case").order_by("planned_for")
