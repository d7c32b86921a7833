"""A course of help by a psychologist of the cast's team, and its sessions."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.counseling.models import CounselingPlan
from cases.records.codes import Answer
from cases.records.models import Case
from cases.sessions import actions
from cases.sessions.codes import Attendance
from cases.sessions.models import Session
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.unit.cases.counseling.plans import a_plan, days
from tests.unit.cases.diagnoses.team import newcomer, on_team

KEY = (
    "INSERT INTO keys.data_key (id, kind, owner_id, office_id, root_version, wrapped, commitment, created_at)"
    " SELECT gen_random_uuid(), 'session', %s, office_id, root_version, wrapped, commitment, created_at"
    " FROM keys.data_key WHERE kind = 'case' LIMIT 1"
)
"""SQL that makes a key of the notes of a course, wrapped as a key that the caller has."""
NOTE = "箱庭に家を二つ置いた（架空）"


def course(cast: Cast, **more: Any) -> tuple[Case, CounselingPlan, Position]:
    """A case, an approved plan, and the psychologist of its team who gives the help."""
    case = a_case(cast)
    who = on_team(cast, case, newcomer(cast, "shinri", Role.PSYCHOLOGIST))
    return case, a_plan(cast, case, provider=who, **more), who


def guidance(cast: Cast, **more: Any) -> tuple[Case, CounselingPlan, Position]:
    """The same given by the person in charge, who is no psychologist."""
    case = a_case(cast)
    return case, a_plan(cast, case, provider=cast.caseworker, **more), cast.caseworker


def planned(plan: CounselingPlan, by: Position, at: datetime | None = None) -> Session:
    """A session, now if no moment is named."""
    with acting_as(by):
        case = Case.objects.select_related("office", "child").get(pk=plan.case_id)
        (row,) = actions.plan_sessions(
            case, plan.course, [at or clock.now() - timedelta(seconds=1)], place="プレイルーム（架空）", by=by
        )
    return row


def said(attendance: Attendance = Attendance.HELD, **more: Any) -> dict[str, Any]:
    """What is written of a session."""
    met = attendance in (Attendance.HELD, Attendance.LATE)
    held = {"held_at": clock.now(), "present": "本人（架空）", "danger": Answer.NO}
    return {
        "attendance": attendance,
        "summary": "落ち着いて過ごした（架空）",
        **(held if met else {}),
        **more,
    }


def record(row: Session, by: Position, attendance: Attendance = Attendance.HELD, **more: Any) -> Session:
    """A session as it was recorded; ``more`` are further arguments of the action, others columns."""
    named = {name: more.pop(name) for name in ("apart", "said_words", "next_for") if name in more}
    with acting_as(by):
        fresh = Session.objects.get(pk=row.pk)
        return actions.record_session(fresh, said(attendance, **more), by=by, **named)


def later(number: int) -> Any:
    return clock.now() + timedelta(days=number)


def refused(case: Any) -> str:
    with pytest.raises(Refused) as found:
        case()
    return found.value.code


def moved_plan(plan: CounselingPlan, days_ago: int) -> None:
    """As if the plan had been decided, and had begun, so many days ago."""
    with as_owner():
        CounselingPlan.objects.using("owner").filter(pk=plan.pk).update(
            decided_at=clock.now() - timedelta(days=days_ago),
            starts_on=days(-days_ago),
        )
