"""The duties of a case, those that follow from one thing, and those of a position."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from agencies.staff.models import Position
from cases.duties.codes import declared
from cases.duties.models import Duty
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import count_by_case, on_cases_of
from face.reading import asked_once
from face.together import read_together

MOST = 300
"""How many open duties one list has."""


@asked_once
def open_duties_of(case: Case) -> list[Duty]:
    """What is still to be done on a case, the earliest due first."""
    return list(duties_open_on(case))


@asked_once
def duties_open_on(case: Case) -> QuerySet[Duty]:
    """The same rows, perhaps not read yet."""
    rows = Duty.objects.filter(case=case, done_at=None).select_related("owner__staff")
    return rows.order_by("due_at")


def duties_after(case_id: UUID, cause: UUID) -> QuerySet[Duty]:
    """What followed from one row of a case, done or not, the earliest due first."""
    return Duty.objects.filter(case=case_id, cause=cause).select_related("owner__staff", "done_by__staff")


def duties_open_for(
    by: Position, most: int = MOST, within: tuple[datetime, datetime] | None = None
) -> list[Duty]:
    """The open duties that are this position's own, or of the cases it supervises; the ``most`` that are due first.

    A duty whose owner has left is therefore on the page of the supervisor, who does it or takes it over.

    ``within``: those due from one moment until before another.
    """
    open_duties = Duty.objects.filter(done_at=None).select_related("case", "owner__staff")
    if within is not None:
        open_duties = open_duties.filter(due_at__gte=within[0], due_at__lt=within[1])
    in_order = open_duties.order_by("due_at", "pk")
    own, supervised = in_order.filter(owner=by)[:most], in_order.filter(on_cases_of(by, Level.MANAGE))[:most]
    read_together(own, supervised)
    rows = {duty.pk: duty for duty in [*own, *supervised]}
    return sorted(rows.values(), key=lambda duty: (duty.due_at, duty.pk))[:most]


def open_on(cases: Collection[UUID], now: datetime) -> Mapping[UUID, int]:
    """How many duties are open, by case."""
    return count_by_case(Duty.objects.filter(done_at=None), cases)


def plan_due(cases: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Until when a plan of each of these few cases is looked at again: the first one that is due."""
    kinds = [kind.code for kind in declared() if kind.of_plan]
    rows = Duty.objects.filter(case__in=cases, done_at=None, kind__in=kinds)
    return dict(rows.order_by().values_list("case").annotate(Min("due_at")))


def next_due(cases: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Until when the first open duty of each of these few cases is due."""
    return dict(
        Duty.objects.filter(case__in=cases, done_at=None)
        .order_by()
        .values_list("case")
        .annotate(Min("due_at"))
    )
