"""The adjustments of a case."""

from django.db.models import QuerySet

from cases.environment.models import EnvironmentTask
from cases.records.models import Case
from face.reading import asked_once

LATEST = 20
"""How many the case page shows; those under way come first."""


def all_tasks_of(case: Case) -> QuerySet[EnvironmentTask]:
    """Every adjustment of the case."""
    return EnvironmentTask.objects.filter(case=case).select_related("recorded_by__staff", "ended_by__staff")


@asked_once
def latest_tasks(case: Case) -> QuerySet[EnvironmentTask]:
    """Those under way by their day, then those that ended last; perhaps not read yet."""
    return all_tasks_of(case).order_by("-ended_at", "until", "id")[:LATEST]


def tasks_of(case: Case) -> list[EnvironmentTask]:
    """The same rows, each with its case."""
    rows = list(latest_tasks(case))
    for row in rows:
        row.case = case
    return rows
