"""Who plans and records a session, when it can be, and what is written of it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import plans_beside
from cases.counseling.rules import check_runs
from cases.records.codes import Answer
from cases.records.models import Case
from cases.records.rules import check_may_edit
from cases.sessions.codes import ABSENT, MET, MOVES, SessionState
from cases.sessions.models import Session
from cases.sessions.queries import is_apart, is_planned, planned_of, standing_plan, writes_apart
from face.months import begins

ONLY_HELD = ("until", "components", "rating", "said_words")
"""What is written of a session that was held, and of no other."""


def check_may_plan(case: Case, by: Position) -> None:
    """Those who work on the case."""
    check_may_edit(case, by)


def plan_of(case: Case, course: UUID) -> CounselingPlan:
    """The plan of this course that was approved last. Raises Refused."""
    plan = standing_plan(case, course)
    if plan is None:
        raise Refused("plan", _("This plan has not been approved."))
    return plan


def plan_for(case: Case, course: UUID) -> tuple[CounselingPlan, Position]:
    """The plan by which a session of this course is given from now on, and by whom here. Raises Refused."""
    plan = plan_of(case, course)
    return plan, given_here(plan, "plan")


def given_here(plan: CounselingPlan, field: str) -> Position:
    """Who gives the help here. Raises Refused for ``field`` where another office does."""
    if plan.provider is None:
        raise Refused(field, _("Another office gives this help, and keeps its sessions."))
    return plan.provider


def check_provider(provider: Position, today: date) -> None:
    """Who gives the session holds the position still."""
    if not provider.is_current_on(today):
        raise Refused(
            "provider",
            _(
                "The position of the person who gives this help has ended. Amend the plan, or let another person join."
            ),
        )


def check_moment(plan: CounselingPlan, at: datetime, field: str) -> None:
    """A session is held while help of its course is given here: by the plan that is in force then, though it was amended since.
    Raises Refused for ``field``."""
    try:
        found = check_runs(plan, at)
    except Refused as refusal:
        raise Refused(field, refusal.reason) from refusal
    given_here(found, field)


def check_different(moments: Iterable[datetime]) -> None:
    """Of a row of dates one is kept at least, and none twice."""
    found = list(moments)
    if not found:
        raise Refused("none", _("Choose one date at least."))
    if len(set(found)) < len(found):
        raise Refused("twice", _("Two of the dates are the same. Change or leave out one of them."))


def check_free(course: UUID, at: datetime, field: str, besides: UUID | None = None) -> None:
    """Two planned sessions of one course do not begin at the same moment: somebody else has planned it already. Raises Refused
    for ``field``."""
    rows = planned_of(course).filter(planned_for=at)
    if besides is not None:
        rows = rows.exclude(pk=besides)
    if rows.exists():
        raise Refused(field, _("A session of this plan is planned for this moment already."))


def check_move(row: Session, to: SessionState) -> None:
    """Raises Refused where the table of moves does not lead from the state of the session to ``to``."""
    if to not in MOVES[row.state]:
        raise Refused("ended", _("This session has been recorded already."))


def check_may_move(row: Session, by: Position, today: date) -> None:
    """Those who work on the case move what is planned to another time, while who gives it holds the position still."""
    check_may_edit(row.case, by)
    check_move(row, SessionState.PLANNED)
    check_provider(row.provider, today)


def check_may_record(row: Session, by: Position) -> None:
    """Those who work on the case record a session, once."""
    check_may_edit(row.case, by)
    check_move(row, SessionState.HELD)


def check_may_note(row: Session, by: Position) -> None:
    """A psychologist of the team writes the note that is sealed apart, once the session is recorded."""
    check_may_edit(row.case, by)
    if not writes_apart(row, by):
        raise Refused("apart", _("Only psychologists of the team write this note."))
    if row.ended_at is None:
        raise Refused("planned", _("Record the session first."))


def check_written(row: Session, written: Mapping[str, Any], now: datetime) -> None:
    """What is written fits what became of the session. Raises Refused naming the field."""
    attendance, held_at = written["attendance"], written.get("held_at")
    if not (written.get("summary") or "").strip():
        raise Refused("summary", _("Write two lines for the team; of a session that was not held, why."))
    if attendance in MET:
        _check_held(written, held_at, now)
    elif extra := next((name for name in ONLY_HELD if written.get(name)), None):
        raise Refused(extra, _("Only of a session that was held. Leave this out, or choose again."))
    elif attendance in ABSENT and row.planned_for > now:
        raise Refused("attendance", _("The time of this session has not come. Choose who cancels it."))
    if (written.get("danger") is Answer.YES) is not bool((written.get("danger_words") or "").strip()):
        raise Refused("danger_words", _("Say whether there was a sign of danger, and what it is."))
    if is_apart(row) and written.get("note"):
        raise Refused("note", _("The note of a psychologist is sealed apart."))


def _check_held(written: Mapping[str, Any], held_at: datetime | None, now: datetime) -> None:
    until = written.get("until")
    if held_at is None:
        raise Refused("held_at", _("Needed where the session was held."))
    if held_at > now:
        raise Refused("held_at", _("This moment lies in the future."))
    if until is not None and (until <= held_at or until > now):
        raise Refused("until", _("“Until” lies before “Held at”, or in the future. Correct one of the two."))
    if written.get("danger") is None:
        raise Refused("danger", _("Say whether there was a sign of danger."))
    if not (written.get("present") or "").strip():
        raise Refused("present", _("Write who was present."))


def check_next(plan: CounselingPlan, at: datetime, now: datetime) -> None:
    """The next session lies ahead, while the plan runs. Raises Refused naming the field."""
    if at <= now:
        raise Refused("next_for", _("The next session lies ahead. This moment has passed."))
    check_moment(plan, at, "next_for")
    check_free(plan.course, at, "next_for")


def silent_since(row: CounselingPlan, last: datetime | None, now: datetime) -> datetime | None:
    """Since when nobody met whom the plan helps, where that is longer than the office lets pass; None otherwise. No law sets the
    days: the office says how many, 28 at most."""
    if row.provider_id is None or not row.runs_on(localdate(now)) or row.decided_at is None:
        return None
    since = last or min(max(one.decided_at or now, begins(one.starts_on)) for one in plans_beside(row))
    days = (localdate(now) - localdate(since)).days
    return since if days >= row.case.office.session_gap_days else None


def what_waits(case: Case, _now: datetime) -> str | Promise:
    """The planned session that prevents closing a case, in a sentence; '' where none is planned."""
    return _("A session is planned. Record or cancel it first.") if is_planned(case) else ""
