"""The sessions on the page of a case and on the timeline, and on the home page of who gives them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from cases.sessions import rules
from cases.sessions.codes import SessionState
from cases.sessions.models import Session
from cases.sessions.queries import (
    LATEST,
    last_held,
    missed_in_a_row,
    sessions_of,
    standing_plans,
    to_record_by,
    told_of,
)
from face.lines import Line, Step
from face.months import begins
from face.reading import asked_once
from security.encryption.fields import words_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel | None:
    """The latest sessions, the button that plans some for each plan, and where too many were missed or none was held for long.
    Nothing where no help is given."""
    now, rows = clock.now(), sessions_of(case)
    plans = standing_plans(case, now)
    if not rows and not plans:
        return None
    held = _last_held(rows, [plan.course for plan in plans])
    context = {
        "rows": rows,
        "plans": [
            {
                "plan": plan,
                "silent": rules.silent_since(plan, held.get(plan.course), now),
                "missed": _is_missed(case, [row for row in rows if row.course_id == plan.course]),
            }
            for plan in plans
        ],
        "why_not": reason_against(rules.check_may_plan, case, by),
    }
    return Panel("sessions", "cases/sessions/panel.html", context)


def _last_held(rows: list[Session], courses: list[UUID]) -> Mapping[UUID, datetime]:
    """When each course was met last: asked for only where the latest sessions of the case do not say it."""
    found: dict[UUID, datetime] = {}
    for row in rows:
        if row.held_at is not None:
            found[row.course_id] = max(row.held_at, found.get(row.course_id, row.held_at))
    beyond = [one for one in courses if one not in found]
    return {**found, **last_held(beyond)} if beyond and len(rows) == LATEST else found


def _is_missed(case: Case, rows: list[Session]) -> bool:
    ended = [row for row in rows if row.ended_at is not None]
    return len(missed_in_a_row(ended)) >= case.office.session_misses


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """The sessions that were recorded, with the two lines for the team."""
    return [Part(span.of(told_of(case), "ended_at", "ended_by"), _recorded)]


def _recorded(row: Any) -> Moment:
    heading = _("Session: %(attendance)s") % {"attendance": words_of(row.attendance)}
    return Moment(row.ended_at, heading, words_of(row.summary), by=row.ended_by.staff, row=row.pk)


def steps(case: Case, by: Position) -> list[Step]:
    """The sessions whose time has come and that are not recorded."""
    now = clock.now()
    return [
        Step(
            _("Record the session"),
            reverse("session", args=[case.pk, row.pk]),
            due=row.planned_for,
            pressing=True,
            reason=reason_against(rules.check_may_record, row, by),
        )
        for row in sessions_of(case)
        if row.state is SessionState.PLANNED and row.planned_for <= now
    ]


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The sessions of which ``to_do`` tells: those until the end of the day."""
    return [to_record_by(by, begins(clock.today() + timedelta(days=1)))[:most]]


def to_do(by: Position, most: int) -> list[Line]:
    """The sessions of today, and those that are still to be recorded."""
    now, (rows,) = clock.now(), first_to_do(by, most)
    return [
        Line(
            reverse("session", args=[row.case_id, row.pk]),
            _("A session is planned") if row.planned_for > now else _("A session is to be recorded"),
            due=row.planned_for,
            pressing=row.planned_for <= now,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in rows
    ]
