"""The register of training, and who is trained on a day."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission, Role
from agencies.training.models import Training

INTERVIEWERS = [role for role in Role if role.may(Permission.WORK_ON_CASES)]
"""Roles of a center whose holders can interview a child."""


def trainings() -> QuerySet[Training]:
    """Every row, by person, the latest certificate first."""
    return Training.objects.select_related("staff", "kept_by__staff")


def can_be_trained(today: date) -> QuerySet[Staff]:
    """The people of the centers who work on cases."""
    held = Position.objects.current(today).filter(role__in=INTERVIEWERS)
    return Staff.objects.filter(pk__in=held.values("staff")).order_by("kana", "username")


def trained_until(people: Collection[UUID]) -> dict[UUID, date]:
    """Until when each of these people is trained, by their best row; nobody without one."""
    found: dict[UUID, date] = {}
    for row in Training.objects.filter(staff__in=people, withdrawn_at=None):
        found[row.staff_id] = max(row.valid_until, found.get(row.staff_id, row.valid_until))
    return found


def is_trained(person: UUID, on: date) -> bool:
    """Whether a row of this person holds on that day. ``wall.is_trained`` decides the same in the database."""
    rows = Training.objects.filter(staff=person, withdrawn_at=None, certified_on__lte=on, expires_on__gte=on)
    return any(on <= row.valid_until for row in rows)
