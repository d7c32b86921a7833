"""The sessions of a case, of a course of help and of one who gives it; and the notes that the reader may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.timezone import localdate

from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.training.queries import holds as holds_course
from cases.counseling.codes import EVERY_DAYS, CounselingKind, ForWhom, Frequency
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import TFCBT, amount_of, plans_of
from cases.records.models import Case
from cases.records.queries import HeldBy, count_by_case
from cases.sessions.codes import MET, MISSED, Attendance
from cases.sessions.models import Session, SessionNote
from face.months import begins
from face.reading import asked_once
from security.encryption.fields import value_of
from security.encryption.keyring import current

LATEST = 20
"""How many sessions the pages of a case show."""
# Every page of a case reads these with the rows of all rooms, in statements that bring so many columns at most.
LINE = (
    "case",
    "course",
    "planned_for",
    "held_at",
    "ended_at",
    "attendance",
    "summary",
    "provider__staff__name",
)
TOLD = ("case", "ended_at", "attendance", "summary", "ended_by__staff__name")
DAY_MOST = 40
MONTH_MOST = 400
"""How many sessions of one person a day and a month show."""
MINUTES_USUAL = 50
LONG_AGO = timedelta(days=366)
"""For how long a session that was not recorded stands on the home page; on its case it does for ever."""


def all_sessions_of(case: Case) -> QuerySet[Session]:
    """Every session of the case, those to come first."""
    return Session.objects.filter(case=case).select_related(
        "provider__staff", "planned_by__staff", "ended_by__staff"
    )


@asked_once
def latest_sessions(case: Case) -> QuerySet[Session]:
    """The latest of them, perhaps not read yet."""
    rows = Session.objects.filter(case=case).select_related("provider__staff")
    return rows.only(*LINE)[:LATEST]


def told_of(case: Case) -> QuerySet[Session]:
    """Every session of the case with what the timeline says of it."""
    return Session.objects.filter(case=case).select_related("ended_by__staff").only(*TOLD)


@asked_once
def sessions_of(case: Case) -> list[Session]:
    """The same rows, read."""
    rows = list(latest_sessions(case))
    for row in rows:
        row.case = case
    return rows


def last_with_child(cases: Collection[UUID]) -> dict[UUID, datetime]:
    """When the child of each of these few cases, whose keys are loaded, was at a session last: one of the latest held, of a
    course that is for the child."""
    held = Session.objects.filter(case__in=cases, held_at__isnull=False).select_related("course")
    rank = Window(RowNumber(), partition_by="case_id", order_by=F("held_at").desc())
    found: dict[UUID, datetime] = {}
    for row in held.annotate(rank=rank).filter(rank__lte=LATEST).order_by("-held_at"):
        if row.held_at is None or row.case_id in found or value_of(row.attendance) not in MET:
            continue
        if ForWhom.CHILD in (value_of(row.course.for_whom) or []):
            found[row.case_id] = row.held_at
    return found


def standing_plan(case: Case, course: UUID) -> CounselingPlan | None:
    """The plan by which the help of this course is given: the one that was approved last."""
    rows = [row for row in plans_of(case) if row.course == course and row.approved and row.decided_at]
    return max(rows, key=lambda row: row.decided_at or row.drafted_at, default=None)


def standing_of(case: Case, plan_id: UUID) -> CounselingPlan | None:
    """The same of the course of one of its plans, which may have been amended since."""
    row = next((row for row in plans_of(case) if row.pk == plan_id and row.approved), None)
    return standing_plan(case, row.course) if row is not None else None


def standing_plans(case: Case, now: datetime) -> list[CounselingPlan]:
    """The plan of each course that has not ended and is given here: by a position, not by another office."""
    courses = dict.fromkeys(row.course for row in plans_of(case) if row.approved)
    found = [standing_plan(case, course) for course in courses]
    return [
        row for row in found if row is not None and row.provider_id is not None and not row.is_over_at(now)
    ]


def minutes_of(plan: CounselingPlan) -> int:
    """How long a session of the plan is."""
    return amount_of(plan)[0] or MINUTES_USUAL


def is_apart(session: Session) -> bool:
    """Whether the note of a session is sealed apart: where a psychologist gives it."""
    return session.provider.role == Role.PSYCHOLOGIST


def writes_apart(session: Session, by: Position) -> bool:
    """Whether this person writes the note that is sealed apart; the wall asks for the place on the team too."""
    return is_apart(session) and by.role == Role.PSYCHOLOGIST


def notes_of(session: Session) -> list[SessionNote]:
    """The notes on a session, for those who hold their key; none for all others."""
    if not current().can_open(session.notes_scope()):
        return []
    return list(SessionNote.objects.filter(session=session).select_related("written_by__staff"))


@models.UUIDField.register_lookup
class GivenIn(HeldBy):
    """``pk__given_in=(from, until, whether only those that are not recorded)``: the own sessions of that time, one array."""

    lookup_name = "given_in"
    condition = "{} = ANY((SELECT wall.my_sessions(%s, %s, %s))::uuid[])"


def given_by(by: Position, first: date, until: date, most: int) -> QuerySet[Session]:
    """The sessions of the acting person from one day until before another, of the cases that the person reads, in their order."""
    rows = Session.objects.filter(pk__given_in=(begins(first), begins(until), False), provider=by)
    return rows.select_related("case").order_by("planned_for", "id")[:most]


def to_record_by(by: Position, until: datetime) -> QuerySet[Session]:
    """The sessions of the acting person that are planned for before a moment and not recorded, the earliest first."""
    rows = Session.objects.filter(pk__given_in=(until - LONG_AGO, until, True), provider=by, ended_at=None)
    return rows.select_related("case").order_by("planned_for", "id")


def at_once(
    provider: Position, moment: datetime, minutes: int, besides: UUID | None = None
) -> QuerySet[Session]:
    """The planned sessions of this person that overlap one that would begin then, among those that the reader sees."""
    span = timedelta(minutes=minutes)
    rows = Session.objects.filter(
        provider=provider, ended_at=None, planned_for__gt=moment - span, planned_for__lt=moment + span
    )
    return rows.exclude(pk=besides) if besides else rows


def planned_of(course: UUID) -> QuerySet[Session]:
    """The sessions of a course that are still to be held."""
    return Session.objects.filter(course=course, ended_at=None)


def is_followed(session: Session) -> bool:
    """Whether a later session of the same course is planned already."""
    return planned_of(session.course_id).filter(planned_for__gt=session.planned_for).exists()


def steps_of(plan: CounselingPlan) -> list[int]:
    """How many days lie between its sessions, by turns; none where the plan does not say how often."""
    frequency = value_of(plan.frequency)
    if frequency is Frequency.TWICE_A_WEEK:
        return [3, 4]
    return [EVERY_DAYS[frequency]] if frequency in EVERY_DAYS else []


def proposed(plan: CounselingPlan, first: datetime, most: int) -> list[datetime]:
    """The moments at which sessions would be held from the first one on: as often as the plan says, until the day of its review,
    and as many as are left where it says how many there are to be."""
    steps, (_minutes, wanted) = steps_of(plan), amount_of(plan)
    if wanted is not None:
        counts = Q(ended_at=None) | Q(held_at__isnull=False)
        most = min(most, wanted - Session.objects.filter(counts, course=plan.course).count())
    found = [first]
    while steps and len(found) < most:
        at = found[-1] + timedelta(days=steps[(len(found) - 1) % len(steps)])
        if localdate(at) > plan.review_on:
            break
        found.append(at)
    return found


def next_after(plan: CounselingPlan, at: datetime) -> datetime | None:
    """When the next session is proposed after one; None where the plan does not say how often."""
    return next((at + timedelta(days=step) for step in steps_of(plan)), None)


def is_tfcbt(plan: CounselingPlan) -> bool:
    """Whether the components of TF-CBT are recorded of its sessions."""
    return value_of(plan.kind) is CounselingKind.TFCBT


def lacks_course(session: Session, plan: CounselingPlan, on: date) -> bool:
    """Whether the register of training has no course of TF-CBT for who gives this session of it."""
    return is_tfcbt(plan) and not holds_course(session.provider.staff_id, TFCBT, on)


def missed_in_a_row(rows: Sequence[Session]) -> list[Session]:
    """The sessions that were missed since the last that was held, the first first; what we called off ourselves does not count.

    ``rows`` are those of one course that are recorded, the latest first.
    """
    found: list[Session] = []
    for row in rows:
        came = value_of(row.attendance)
        if came in MISSED:
            found.insert(0, row)
        elif came is not Attendance.CANCEL_US:
            break
    return found


def recorded_of(course: UUID, most: int = LATEST) -> list[Session]:
    """The latest sessions of a course that are recorded, held or not."""
    rows = Session.objects.filter(course=course, ended_at__isnull=False)
    return list(rows.select_related("ended_by__staff")[:most])


def attended(course: UUID) -> Mapping[str, int]:
    """How many sessions of a course were held and how many missed, for its review and its end report (``Room.attended``)."""
    counts = attendance_of(course).counts
    return {
        "held": sum(counts.get(one, 0) for one in MET),
        "missed": sum(counts.get(one, 0) for one in MISSED),
    }


@dataclass(frozen=True)
class Tally:
    """What became of the sessions of one course: how many of each attendance, how many are planned, and the last one held."""

    counts: Mapping[Attendance, int]
    planned: int
    last_held_at: datetime | None


def attendance_of(course: UUID) -> Tally:
    """The attendance of a whole course of help, for its review and its end report."""
    counts: dict[Attendance, int] = {}
    planned, last = 0, None
    for row in Session.objects.filter(course=course):
        if row.ended_at is None:
            planned += 1
            continue
        if came := value_of(row.attendance):
            counts[came] = counts.get(came, 0) + 1
        if row.held_at is not None:
            last = max(row.held_at, last or row.held_at)
    return Tally(counts, planned, last)


def last_held(courses: Collection[UUID]) -> dict[UUID, datetime]:
    """When the last session of each of these courses was held."""
    rows = Session.objects.filter(course__in=courses, held_at__isnull=False).order_by()
    return dict(rows.values_list("course").annotate(Max("held_at")))


def open_on(cases: Collection[UUID], now: datetime) -> Mapping[UUID, int]:
    """How many sessions are still to be held, by case."""
    return count_by_case(Session.objects.filter(ended_at=None), cases)


def is_planned(case: Case) -> bool:
    """Whether a session of the case is still to be held."""
    rows = sessions_of(case)
    beyond = Session.objects.filter(case=case, ended_at=None)
    return any(row.ended_at is None for row in rows) or (len(rows) == LATEST and beyond.exists())


def cases_of_courses(owners: Collection[UUID]) -> Mapping[UUID, Collection[UUID]]:
    """The case that each key of notes belongs to, for the record of the look."""
    rows = CounselingPlan.objects.filter(pk__in=owners).order_by().values_list("pk", "case")
    return {pk: [case] for pk, case in rows}
