"""The visits on the case page and the timeline, and on the home page of the person who planned one."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from cases.visits import rules
from cases.visits.codes import VisitState
from cases.visits.queries import all_visits_of, planned_by, visits_of
from face.lines import Line, Step
from face.reading import asked_once
from security.encryption.fields import words_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """The latest visits, and the button that plans one."""
    context = {
        "visits": visits_of(case),
        "why_not": reason_against(rules.check_may_plan, case, by),
    }
    return Panel("visits", "cases/visits/panel.html", context)


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """The visits that were held."""
    return [Part(span.of(all_visits_of(case), "held_at", "ended_by"), _held)]


def _held(row: Any) -> Moment:
    return Moment(row.held_at, words_of(row.kind), words_of(row.result), by=row.ended_by.staff, row=row.pk)


def steps(case: Case, by: Position) -> list[Step]:
    """The visits whose time has come and whose result is not written yet."""
    now = clock.now()
    return [
        Step(
            _("Record the visit"),
            reverse("visit", args=[case.pk, row.pk]),
            due=row.planned_for,
            pressing=True,
            reason=reason_against(rules.check_may_end, row, VisitState.HELD, by),
        )
        for row in visits_of(case)
        if row.state is VisitState.PLANNED and row.planned_for <= now
    ]


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The visits of which ``to_do`` tells."""
    return [planned_by(by)[:most]]


def to_do(by: Position, most: int) -> list[Line]:
    """The visits to be held, and those whose result is still to be written."""
    now, (planned,) = clock.now(), first_to_do(by, most)
    return [
        Line(
            reverse("visit", args=[row.case_id, row.pk]),
            _("A visit is planned") if row.planned_for > now else _("The result of a visit is to be written"),
            due=row.planned_for,
            pressing=row.planned_for <= now,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in planned
    ]
