"""The register of training: its rows, who holds which course on a day, and who lacks one."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission, Role
from agencies.training.codes import INTERVIEW, SOON, Course, Standing
from agencies.training.models import Training
from security.walls import clock

INTERVIEWERS = [role for role in Role if role.may(Permission.WORK_ON_CASES)]
"""Roles of a center whose holders can interview a child."""


def with_terms(rows: QuerySet[Training]) -> QuerySet[Training]:
    """The rows with the terms of their people (``Training.terms``), read in the same statement."""
    held = Position.objects.current(clock.today()).filter(staff=OuterRef("staff")).order_by().values("staff")
    return rows.annotate(
        term_years=Subquery(held.annotate(least=Min("office__interview_years")).values("least")),
        term_months=Subquery(held.annotate(least=Min("office__peer_review_months")).values("least")),
    )


def trainings() -> QuerySet[Training]:
    """Every row that no later one follows."""
    later = Training.objects.filter(follows=OuterRef("pk"), withdrawn_at=None)
    return with_terms(Training.objects.filter(~Exists(later)).select_related("staff"))


def ending(today: date) -> list[Training]:
    """The certificates that run out soon, the first first. A later one of the same course stands for its holder."""
    near = Q(expires_on__range=(today, today + SOON)) | Q(course__in=INTERVIEW, expires_on__gte=today)
    rows = trainings().filter(near, withdrawn_at=None, certified_on__lte=today)
    best: dict[tuple[UUID, str], Training] = {}
    for row in rows:
        known = best.setdefault((row.staff_id, row.course), row)
        if (row.valid_until or today) > (known.valid_until or today):
            best[row.staff_id, row.course] = row
    kept = with_terms(
        Training.objects.filter(
            certified_on__lte=today, withdrawn_at=None, staff__in={one for one, _course in best}
        )
    )
    longer = {(row.staff_id, row.course) for row in kept if row.holds_on(today + SOON)}
    found = [row for key, row in best.items() if row.standing is Standing.ENDING and key not in longer]
    return sorted(found, key=lambda row: row.valid_until or today)


def can_be_trained(today: date) -> QuerySet[Staff]:
    """The people who hold a position."""
    return Staff.objects.filter(pk__in=Position.objects.current(today).values("staff")).order_by(
        "kana", "username"
    )


def trained_until(people: Collection[UUID]) -> dict[UUID, date]:
    """Until when each of these people is trained to interview, by their best row; nobody without one."""
    found: dict[UUID, date] = {}
    rows = Training.objects.filter(staff__in=people, withdrawn_at=None, certified_on__isnull=False)
    for row in with_terms(rows.filter(course__in=INTERVIEW)):
        if row.valid_until is not None:
            found[row.staff_id] = max(row.valid_until, found.get(row.staff_id, row.valid_until))
    return found


def trained_in(person: UUID, on: date) -> Training | None:
    """The row of the register by which a person is trained to interview on that day: the one that holds longest."""
    rows = Training.objects.filter(
        staff=person, course__in=INTERVIEW, certified_on__lte=on, withdrawn_at=None
    )
    holding = [row for row in with_terms(rows) if row.holds_on(on)]
    return max(holding, key=lambda row: row.valid_until or on, default=None)


def is_trained(person: UUID, on: date) -> bool:
    """Whether a person is trained to interview on that day. ``wall.is_trained`` decides the same in the database."""
    return holds(person, INTERVIEW, on)


def holds(person: UUID, courses: Iterable[Course], on: date) -> bool:
    """Whether this person holds one of the courses on that day, as far as the reader sees the register."""
    rows = Training.objects.filter(
        staff=person, course__in=list(courses), certified_on__lte=on, withdrawn_at=None
    )
    return any(row.holds_on(on) for row in with_terms(rows))


def lacks_supervising(position: Position, on: date) -> bool:
    """Whether a supervising officer has no valid course for it: a warning, and nothing is refused for it."""
    return position.role == Role.SUPERVISOR and not holds(position.staff_id, (Course.SUPERVISING,), on)


def supervisors_without(today: date) -> QuerySet[Position]:
    """The supervising officers of today who have no valid course for it."""
    valid = Training.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=today),
        course=Course.SUPERVISING,
        certified_on__lte=today,
        withdrawn_at=None,
    )
    found = Position.objects.current(today).filter(role=Role.SUPERVISOR)
    return found.exclude(staff__in=valid.values("staff")).select_related("staff", "office")
