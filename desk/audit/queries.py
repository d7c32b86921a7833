"""Who looked, in a few lines: for the case page, for home pages, and for the way into the evidence."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models

from agencies.staff.models import Post, Staff
from cases.records.codes import Level, Relation
from cases.records.models import Case
from desk.audit.labels import short
from desk.audit.pages import within_reach
from desk.audit.rows import Row, rows_of
from security.audit.models import CaseTrace
from security.audit.queries import cases_beginning_with, denials, most_active_viewers, traces_of_case
from security.audit.verbs import Verb
from security.walls import clock

RECENT = timedelta(days=7)
MANY = 200
"""How many people of an office the list names."""


def who_looked(case: Case, by: Post, limit: int = 5) -> list[Row]:
    """The newest looks and attempts at this case by anybody but the reader."""
    traces = traces_of_case(case.pk).exclude(actor_id=by.staff_id)
    return rows_of(list(traces[:limit]), by)


def looks_at_my_cases(by: Post, limit: int = 10) -> list[Row]:
    """The newest looks and attempts from outside the team at the cases the post manages: receivers of a disclosure, broken
    glass, people without any relation. Whoever reads the evidence is named on the case's own page."""
    team = (Relation.LEAD, Relation.MEMBER, Relation.LINE)
    traces = CaseTrace.objects.filter(case_id__held_by=(by.pk, str(Level.MANAGE))).exclude(relation__in=team)
    return rows_of(list(traces.exclude(actor_id=by.staff_id).exclude(verb=Verb.AUDIT_VIEW)[:limit]), by)


def recent_denials(by: Post, limit: int = 10) -> list[Row]:
    """What was refused in the last days, as far as it concerns the reader."""
    found = within_reach(denials(), by).filter(timestamp__gte=clock.now() - RECENT)
    return rows_of(list(found[:limit]), by)


def active_viewers(limit: int = 10) -> list[dict[str, Any]]:
    """Who looked at most different cases in the last days: the person, ``cases`` and ``looks``. For the privacy officer."""
    counted = most_active_viewers(clock.now() - RECENT, limit)
    people = Staff.objects.in_bulk([row["actor_id"] for row in counted])
    return [{**row, "person": people[row["actor_id"]]} for row in counted if row["actor_id"] in people]


def office_viewers(by: Post) -> list[dict[str, Any]]:
    """The people of the reader's office with their looks at the reader's cases in the last days; most looks first."""
    recent = CaseTrace.objects.filter(
        case_id__held_by=(by.pk, str(Level.MANAGE)), at__gte=clock.now() - RECENT
    )
    counted = dict(recent.order_by().values_list("actor_id").annotate(models.Count("id")))
    people = Staff.objects.filter(posts__office=by.office).distinct()[:MANY]
    rows = [{"person": person, "looks": counted.get(person.pk, 0)} for person in people]
    return sorted(rows, key=lambda row: -row["looks"])


def found_by(wanted: str) -> dict[str, Any]:
    """People by part of a name or user name, and cases by the beginning of an id."""
    text = wanted.strip()
    named = models.Q(name__icontains=text) | models.Q(username__iexact=text) | models.Q(kana__icontains=text)
    cases: list[UUID] = cases_beginning_with(text)
    return {
        "people": list(Staff.objects.filter(named)[:20]),
        "cases": [{"id": case_id, "short": short(case_id)} for case_id in cases],
    }
