"""The adjustments of a case."""

from django.db.models import QuerySet

from cases.environment.models import EnvironmentTask
from cases.records.models import Case

LATEST = 20
"""How many the case page shows; those under way come first."""


def all_tasks_of(case: Case) -> QuerySet[EnvironmentTask]:
    """Every adjustment of the case."""
    return EnvironmentTask.objects.filter(case=case).select_related("recorded_by__staff", "ended_by__staff")


def latest_tasks(case: Case) -> list[EnvironmentTask]:
    """Those under way by their day, then those that ended last."""
    rows = list(all_tasks_of(case).order_by("-ended_at", "until", "id")[:LATEST])
    for row in rows:
        row.case = case
    return rows
