"""Planning sessions, moving and recording one, and the note that is sealed apart."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from cases.counseling.rules import check_current
from cases.duties.actions import leave_duty
from cases.duties.codes import DutyKind
from cases.interviews.actions import record_interview
from cases.interviews.codes import InterviewKind
from cases.interviews.models import Interview
from cases.records.actions import locked
from cases.records.codes import Answer, Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from cases.sessions import rules
from cases.sessions.codes import MET
from cases.sessions.models import Session, SessionNote
from cases.sessions.queries import missed_in_a_row, recorded_of
from face.lines import Line
from security.encryption.keyring import current
from security.walls import clock

DANGER_WITHIN = timedelta(hours=1)
"""Until when whoever is in charge says what was done about a sign of danger: at once. No law sets it."""


def _session(case: UUID, cause: UUID) -> Line | None:
    row = Session.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    return Line(reverse("session", args=[case, cause]), _("Session with a sign of danger"), at=row.ended_at)


DANGER = DutyKind(
    code="session_danger",
    label=_("act on a sign of danger in a session"),
    days=lambda _office: 0,
    after=_session,
)
"""Left with whoever is in charge, with its own limit."""


@transaction.atomic
def plan_sessions(
    case: Case, course: UUID, moments: Sequence[datetime], *, place: str = "", by: Position
) -> list[Session]:
    """Plan a session at each of these moments, given by whom the plan names. Raises Refused, with the name of the field."""
    rules.check_may_plan(case, by)
    plan, provider = rules.plan_for(case, course)
    rules.check_provider(provider, clock.today())
    rules.check_different(moments)
    locked(Case.objects.filter(pk=case.pk))  # two at once: the second sees what the first planned
    for at in moments:
        rules.check_moment(plan, at, "planned_for")
        rules.check_free(course, at, "planned_for")
    check_current(plan)  # on the day of its end too
    made = []
    for at in sorted(moments):
        row = Session(case=case, course_id=course, provider=provider, planned_for=at)
        row.planned_by, row.planned_at = by, clock.now()
        row.place = place or None
        row.save(force_insert=True)
        made.append(row)
    return made


@transaction.atomic
def move_session(session: Session, planned_for: datetime, *, by: Position) -> Session:
    """Move what is planned to another time. Raises Refused."""
    locked(Case.objects.filter(pk=session.case_id))
    row = locked(Session.objects.filter(pk=session.pk))
    rules.check_may_move(row, by, clock.today())
    plan, _provider = rules.plan_for(row.case, row.course_id)
    rules.check_moment(plan, planned_for, "planned_for")
    rules.check_free(row.course_id, planned_for, "planned_for", row.pk)
    row.planned_for = planned_for
    row.save(update_fields=["planned_for"])
    return row


@transaction.atomic
def record_session(
    session: Session,
    written: Mapping[str, Any],
    *,
    by: Position,
    apart: str = "",
    said_words: str = "",
    next_for: datetime | None = None,
) -> Session:
    """Write what became of a session: ``written`` are its columns of ``Session.WRITTEN``, ``held_at`` and ``place``.

    ``apart`` is the note that is sealed apart. What the child said unasked is a row of the register of interviews. A sign of
    danger is a duty of whoever is in charge, and told to the line too. Raises Refused, with the name of the field that is wrong.
    """
    now = clock.now()
    case = locked(
        Case.objects.filter(pk=session.case_id)
    )  # two at once: the second sees what the first missed
    row = locked(Session.objects.filter(pk=session.pk))
    row.case = case
    rules.check_may_record(row, by)
    rules.check_written(row, {**written, "said_words": said_words}, now)
    plan = rules.plan_of(case, row.course_id)
    met = written["attendance"] in MET
    row.held_at = written["held_at"] if met else None
    if row.held_at is not None:
        rules.check_moment(plan, row.held_at, "held_at")
    for name in Session.WRITTEN:
        setattr(row, name, written.get(name) or None)
    row.place = written.get("place") or None
    row.ended_at, row.ended_by = now, by
    row.save(update_fields=["held_at", "ended_at", "ended_by", "place", *Session.WRITTEN])
    if apart:
        add_note(row, apart, by=by)
    if said_words and row.held_at is not None:
        _register(row, row.held_at, said_words, written.get("place") or "", by)
    if written.get("danger") is Answer.YES:
        _tell_danger(row, by)
    if not met:
        _tell_missed(row, by)
    if next_for is not None:
        rules.check_next(plan, next_for, now)
        plan_sessions(case, row.course_id, [next_for], place=written.get("place") or "", by=by)
    return row


@transaction.atomic
def add_note(session: Session, words: str, *, by: Position) -> SessionNote:
    """Write a note that psychologists of the team alone read, under the key of the course, which the first note makes."""
    locked(Case.objects.filter(pk=session.case_id))  # two first notes at once: one of them makes the key
    rules.check_may_note(session, by)
    if not current().can_open(session.notes_scope()):
        current().create(session.notes_scope(), by.office_id)
    row = SessionNote(case_id=session.case_id, course_id=session.course_id, session=session)
    row.written_by, row.written_at = by, clock.now()
    row.words = words
    row.save(force_insert=True)
    return row


def _register(row: Session, at: datetime, words: str, place: str, by: Position) -> None:
    """What the child said unasked: the words alone, when, where and to whom."""
    texts = dict.fromkeys(Interview.TEXTS, "") | {
        "kind": InterviewKind.SPONTANEOUS,
        "place": place or row.case.office.name,
        "office": row.case.office.name,
        "interviewer": row.provider.staff.name,
        "words": words,
    }
    record_interview(row.case, began_at=at, ended_at=None, texts=texts, by=by)


def _above(row: Session) -> tuple[list[UUID], list[UUID]]:
    return (
        positions_of_case(row.case_id, Relation.LEAD),
        positions_of_case(row.case_id, Relation.LINE),
    )


def _tell_danger(row: Session, by: Position) -> None:
    """Whoever is in charge owes what is done about it, the line where nobody is; both are told where it is read."""
    leads, line = _above(row)
    owner = next(iter([*leads, *line]), by.pk)
    leave_duty(row.case, DANGER, cause=row.pk, owner=owner, due_at=clock.now() + DANGER_WITHIN)
    url = reverse("session", args=[row.case_id, row.pk])
    told = [one for one in (*leads, *line) if one != by.pk]
    tell(told, NoticeKind.SESSION_DANGER, row.case.number, url, cause=str(row.pk))


def _tell_missed(row: Session, by: Position) -> None:
    """So many sessions missed in a row as the office says, two at most: told once until one is held."""
    missed = missed_in_a_row(recorded_of(row.course_id))
    if len(missed) < row.case.office.session_misses:
        return
    leads, line = _above(row)
    url = reverse("counseling", args=[row.case_id, row.course_id])
    cause = f"missed:{missed[0].pk}"
    tell([*leads, *line], NoticeKind.SESSIONS_MISSED, row.case.number, url, cause=cause)
