"""The limits on contact of a case: those decided, those that hold on a day, and who was told."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from cases.decisions.queries import PEOPLE
from cases.limits.codes import LimitKind
from cases.limits.models import ContactLimit, ContactTold
from cases.records.models import Case
from face.reading import asked_once


@asked_once
def limit_rows(case: Case) -> QuerySet[ContactLimit]:
    """Every draft and decision, the latest first, perhaps not read yet."""
    return ContactLimit.objects.filter(case=case).select_related(*PEOPLE, "person", "replaced_by")


@asked_once
def all_limits_of(case: Case) -> list[ContactLimit]:
    """The same rows, read."""
    rows = list(limit_rows(case))
    for row in rows:
        row.case = row.person.case = case
    return rows


def holding(rows: Iterable[ContactLimit], on: date) -> list[ContactLimit]:
    """Those of the rows that were approved and have begun on that day, and not ended by a decision or with their last day."""
    return [
        row
        for row in rows
        if row.kind == LimitKind.LIMIT
        and row.approved
        and row.ended_at is None
        and row.starts_on is not None
        and row.starts_on <= on
        and (row.ends_on is None or row.ends_on >= on)
    ]


def limits_of(case: Case, on: date) -> list[ContactLimit]:
    """The limits that hold on a day, as the desk of a facility asks for them: person, kinds and extent of each."""
    return holding(all_limits_of(case), on)


def standing(rows: Iterable[ContactLimit], on: date) -> list[ContactLimit]:
    """Those approved that hold on that day or will later."""
    return [
        row
        for row in rows
        if row.kind == LimitKind.LIMIT
        and row.approved
        and row.ended_at is None
        and (row.ends_on is None or row.ends_on >= on)
    ]


@asked_once
def told_rows(case: Case) -> QuerySet[ContactTold]:
    """Who was told of the limits, perhaps not read yet."""
    return ContactTold.objects.filter(case=case).select_related("written_by__staff")


def told_of(case: Case) -> dict[UUID, list[ContactTold]]:
    """The same, read, by limit."""
    found: dict[UUID, list[ContactTold]] = {}
    for row in told_rows(case):
        found.setdefault(row.limit_id, []).append(row)
    return found
