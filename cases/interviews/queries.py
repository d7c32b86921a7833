"""The register of a case: who asked the child, or was told."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from agencies.staff.models import Position, Staff
from agencies.training.queries import INTERVIEWERS
from cases.decisions.codes import State
from cases.decisions.queries import PEOPLE
from cases.interviews.codes import FIXED, OPEN
from cases.interviews.models import Interview, JointEvent, JointPlan, SecondInterview
from cases.records.models import Case
from face.reading import asked_once
from security.encryption.fields import value_of

LATEST = 40
"""How many rows of the register a page shows. A child that was asked so often is not protected by a longer list."""


@asked_once
def latest_interviews(case: Case) -> QuerySet[Interview]:
    """The rows of the register that stand, the latest first, perhaps not read yet."""
    return all_interviews_of(case).filter(corrected_by=None)[:LATEST]


def all_interviews_of(case: Case) -> QuerySet[Interview]:
    """Every row of the register, those that were corrected too."""
    return Interview.objects.filter(case=case).select_related("recorded_by__staff", "corrected_by")


@asked_once
def interviews_of(case: Case) -> list[Interview]:
    """The rows that stand, the latest first."""
    rows = list(latest_interviews(case))
    for row in rows:
        row.case = case
    return rows


def on_facts_of(case: Case, besides: Interview | None = None) -> list[Interview]:
    """The interviews on the facts that stand, but for the row that is being corrected."""
    left_out = besides.pk if besides else None
    return [row for row in interviews_of(case) if row.on_facts and row.pk != left_out]


@asked_once
def second_rows(case: Case) -> QuerySet[SecondInterview]:
    """Every draft that the child be asked again, the latest first, perhaps not read yet."""
    return SecondInterview.objects.filter(case=case).select_related(*PEOPLE, "interview", "replaced_by")


@asked_once
def seconds_of(case: Case) -> list[SecondInterview]:
    """The same rows, read."""
    return list(second_rows(case))


def allowed_at(case: Case, now: datetime) -> SecondInterview | None:
    """The approved decision that no interview has used yet."""
    unused = (row for row in seconds_of(case) if row.state_at(now) is State.APPROVED and not used(row))
    return next(unused, None)


def used(row: SecondInterview) -> bool:
    """Whether an interview was held on this decision."""
    return hasattr(row, "interview")


@asked_once
def latest_plans(case: Case) -> QuerySet[JointPlan]:
    """The plans of joint interviews, the latest first, perhaps not read yet."""
    return all_plans_of(case)[:LATEST]


def all_plans_of(case: Case) -> QuerySet[JointPlan]:
    """Every plan of a joint interview of the case."""
    return JointPlan.objects.filter(case=case).select_related("proposed_by__staff", "interviewer", "police")


@asked_once
def plans_of(case: Case) -> list[JointPlan]:
    """The latest plans, read."""
    rows = list(latest_plans(case))
    for row in rows:
        row.case = case
    return rows


def live_plan_of(case: Case) -> JointPlan | None:
    """The one plan that is written, or whose interview is to be held."""
    return next((row for row in plans_of(case) if row.state in (*OPEN, *FIXED)), None)


def agreed_plan_of(case: Case) -> JointPlan | None:
    """The plan on which the next joint interview is held; asked anew, as an action needs it."""
    return JointPlan.objects.filter(case=case, state__in=FIXED).first()


def events_of(case: Case) -> QuerySet[JointEvent]:
    """What became of the plans of a case."""
    return JointEvent.objects.filter(case=case).select_related("written_by__staff")


def interviewers_of(case: Case, today: date) -> QuerySet[Staff]:
    """The people of the case's office who can interview a child, trained or not."""
    held = Position.objects.current(today).filter(office=case.office_id, role__in=INTERVIEWERS)
    return Staff.objects.filter(pk__in=held.values("staff")).order_by("kana", "username")


def written_of(plan: JointPlan) -> dict[str, Any]:
    """What a plan says in its sealed fields, and the office of the police, by the names of the fields."""
    return {"police": plan.police, **{name: value_of(getattr(plan, name)) for name in JointPlan.TEXTS}}
