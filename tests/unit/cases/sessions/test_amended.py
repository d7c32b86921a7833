"""A session rests on the plan that was in force at its moment, also where it was amended since (ADR 114)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import plan_at
from cases.records.models import Case
from cases.sessions import actions
from cases.sessions.codes import Attendance, SessionState
from security.walls import clock
from tests.cast import Cast, as_owner
from tests.client import signed_in, text_of
from tests.unit.cases.counseling.plans import days, decide
from tests.unit.cases.counseling.test_later import amendment
from tests.unit.cases.sessions.held import course, later, moved_plan, planned, record, refused, said


def amended(cast: Cast, plan: CounselingPlan, **more: Any) -> CounselingPlan:
    """Just now, by another plan of the course."""
    return decide(cast, amendment(cast, plan, **more))


def test_a_session_before_the_amendment_is_recorded_after_it(cast: Cast) -> None:
    """By the plan that was in force then; what the plan before did not allow is not allowed by that."""
    _case, plan, who = course(cast)
    moved_plan(plan, 3)
    rows = [planned(plan, who, later(-2)), planned(plan, who)]
    before = clock.now()
    amended(cast, plan, provider=who, sessions=20, starts_on=days(5))
    for row, held_at in zip(rows, (later(-2), before), strict=True):
        with acting_as(who):
            assert (
                refused(lambda r=row: actions.record_session(r, said(held_at=later(-4)), by=who)) == "held_at"
            )
        assert record(row, who, held_at=held_at).state is SessionState.HELD


def test_the_plan_before_goes_on_until_the_amendment_begins(cast: Cast) -> None:
    case, plan, who = course(cast)
    after = amended(cast, plan, provider=who, sessions=20, starts_on=days(5))
    planned(plan, who, later(2))
    with acting_as(who):
        plan = CounselingPlan.objects.get(pk=plan.pk)
        plan.case = Case.objects.select_related("office").get(pk=case.pk)
        found = [plan_at(plan, at) for at in (later(-1), later(2), later(6))]
    assert [one and one.pk for one in found] == [None, plan.pk, after.pk]


def test_what_was_held_here_is_recorded_though_another_office_gives_the_help_since(cast: Cast) -> None:
    case, plan, who = course(cast)
    moved_plan(plan, 3)
    rows = [planned(plan, who, later(-number)) for number in (1, 2, 3)]
    home = cast.offices["home"]
    amended(cast, plan, provider=None, other_office=home)
    page = text_of(signed_in(who).get(reverse("session", args=[case.pk, rows[0].pk])))
    assert 'name="held_at"' in page
    assert record(rows[0], who, held_at=later(-1)).state is SessionState.HELD
    assert record(rows[1], who, Attendance.ABSENT_CHILD).state is SessionState.NOT_HELD
    with acting_as(who):
        assert refused(lambda: actions.record_session(rows[2], said(), by=who)) == "held_at"
        next_for: dict[str, Any] = {"by": who, "next_for": later(4)}
        written = said(held_at=later(-2))
        assert refused(lambda: actions.record_session(rows[2], written, **next_for)) == "next_for"
        fresh = Case.objects.select_related("office").get(pk=case.pk)
        assert refused(lambda: actions.plan_sessions(fresh, plan.course, [later(-1)], by=who)) == "plan"


def test_nothing_is_recorded_after_the_end_of_an_amended_help(cast: Cast) -> None:
    _case, plan, who = course(cast)
    moved_plan(plan, 9)
    rows = [planned(plan, who, later(-number)) for number in (7, 2)]
    after = amended(cast, plan, provider=who, sessions=20)
    with as_owner():
        CounselingPlan.objects.using("owner").filter(pk=after.pk).update(
            decided_at=later(-6), ended_at=later(-5), starts_on=days(-6)
        )
    assert record(rows[0], who, held_at=later(-7)).state is SessionState.HELD
    with acting_as(who):
        assert refused(lambda: actions.record_session(rows[1], said(held_at=later(-2)), by=who)) == "held_at"


@pytest.mark.parametrize(
    ("number", "to_another", "is_held"),
    [(-2, False, True), (-2, True, True), (0, False, True), (0, True, False), (-4, False, False)],
)
def test_the_database_asks_for_the_plan_of_that_moment(
    cast: Cast, number: int, to_another: bool, is_held: bool
) -> None:
    """Though the rules are gone round: before its approval, and what another office gives, is refused."""
    _case, plan, who = course(cast)
    moved_plan(plan, 3)
    row = planned(plan, who, later(-1))
    amended(
        cast,
        plan,
        **(
            {"provider": None, "other_office": cast.offices["home"]}
            if to_another
            else {"provider": who, "sessions": 20}
        ),
    )
    written = "UPDATE cases_session SET ended_at = now(), attendance = place, held_at = %s WHERE id = %s"
    with acting_as(who), transaction.atomic(), connection.cursor() as cursor:
        if is_held:
            cursor.execute(written, [later(number), row.pk])
            assert cursor.rowcount == 1
        else:
            with pytest.raises(DatabaseError, match="while its plan runs"), transaction.atomic():
                cursor.execute(written, [later(number), row.pk])
