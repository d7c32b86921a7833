"""Whoever becomes supervisor or director later has the open cases in line, and nobody else does."""

from datetime import date, timedelta

import pytest
from django.db import Error, connection

from agencies.administration.actions import add_position, confirm_position, end_position
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Role
from cases.records.models import Case, Grant
from cases.records.queries import cases_for
from security.audit.models import Event
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in

TODAY = date(2026, 4, 1)


def give(
    cast: Cast, role: Role, *, of: Position, starts_on: date = TODAY, ends_on: date | None = None
) -> Position:
    """A further supervisor or director, added by the administrator and confirmed: ``stranger`` in the office of ``of``."""
    position = add(cast, role, of=of, starts_on=starts_on, ends_on=ends_on)
    confirmer = cast.privacy if role is Role.DIRECTOR else cast.director
    if position.is_waiting:
        with acting_as(confirmer):
            confirm_position(position, by=confirmer)
    return Position.objects.using("gate").select_related("staff", "office", "section").get(pk=position.pk)


def add(
    cast: Cast, role: Role, *, of: Position, starts_on: date = TODAY, ends_on: date | None = None
) -> Position:
    """The same, as the administrator leaves it."""
    with acting_as(cast.admin):
        return add_position(
            Staff.objects.get(pk=cast.stranger.staff_id),
            of.office,
            role,
            section=of.section if role is Role.SUPERVISOR else None,
            starts_on=starts_on,
            ends_on=ends_on,
            by=cast.admin,
        )


def sees(position: Position) -> set[object]:
    with acting_as(position):
        assert set(Case.objects.values_list("pk", flat=True)) == set(
            cases_for(position).values_list("pk", flat=True)
        )
        return set(Case.objects.values_list("pk", flat=True))


def test_a_new_supervisor_sees_the_open_cases_of_the_section(cast: Cast) -> None:
    mine, other = a_case(cast), a_case(cast, lead="other_section")
    position = give(cast, Role.SUPERVISOR, of=cast.supervisor)
    assert sees(position) == {mine.pk}
    assert other.pk not in sees(position)


def test_a_new_director_sees_those_of_the_office(cast: Cast) -> None:
    cases = {a_case(cast).pk, a_case(cast, lead="other_section").pk}
    assert sees(give(cast, Role.DIRECTOR, of=cast.director)) == cases


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.DUTY_OFFICER, Role.PSYCHOLOGIST])
def test_other_roles_see_nothing(cast: Cast, role: Role) -> None:
    a_case(cast)
    assert sees(give(cast, role, of=cast.caseworker)) == set()


def test_closed_cases_stay_closed(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        Case.objects.using("owner").filter(pk=case.pk).update(stage="closed")
    assert sees(give(cast, Role.DIRECTOR, of=cast.director)) == set()


def test_a_position_to_come_sees_them_from_its_first_day(cast: Cast) -> None:
    case = a_case(cast)
    tomorrow = clock.today() + timedelta(days=2)
    position = give(cast, Role.DIRECTOR, of=cast.director, starts_on=tomorrow)
    assert sees(position) == set()
    with as_owner():
        Position.objects.using("owner").filter(pk=position.pk).update(starts_on=TODAY)
        grant = Grant.objects.using("owner").get(position=position)
        assert grant.starts_at.date() >= clock.today()
        Grant.objects.using("owner").filter(position=position).update(starts_at="2026-04-01T00:00:00+09:00")
    assert sees(position) == {case.pk}


def test_cases_opened_before_the_first_day_come_with_the_sign_in(cast: Cast) -> None:
    position = give(cast, Role.DIRECTOR, of=cast.director, starts_on=clock.today() + timedelta(days=2))
    case = a_case(cast)
    with as_owner():
        Position.objects.using("owner").filter(pk=position.pk).update(starts_on=TODAY)
    assert sees(position) == set()
    signed_in(position).post("/position/", {"position": str(position.pk)})
    assert sees(position) == {case.pk}


def test_it_ends_with_the_position(cast: Cast) -> None:
    a_case(cast)
    position = give(cast, Role.DIRECTOR, of=cast.director)
    with acting_as(cast.admin):
        end_position(
            Position.objects.select_related("staff").get(pk=position.pk), date(2026, 4, 2), by=cast.admin
        )
    assert sees(position) == set()


def test_what_was_ended_is_not_given_again(cast: Cast) -> None:
    a_case(cast)
    position = give(cast, Role.DIRECTOR, of=cast.director)
    with as_owner():
        Grant.objects.using("owner").filter(position=position).update(ended_at="2026-05-01T00:00:00+09:00")
    signed_in(position).post("/position/", {"position": str(position.pk)})
    assert sees(position) == set()


def test_a_blocked_person_sees_nothing_as_supervisor_either(cast: Cast) -> None:
    case = a_case(cast)
    with as_owner():
        from cases.records.models import Block

        Block.objects.using("owner").create(
            case=case,
            staff=cast.stranger.staff,
            blocked_by=cast.supervisor,
            created_at="2026-04-01T00:00:00+09:00",
        )
    assert sees(give(cast, Role.DIRECTOR, of=cast.director)) == set()


def test_each_grant_is_traced_to_the_person_who_confirmed_the_position(cast: Cast) -> None:
    case = a_case(cast)
    position = give(cast, Role.DIRECTOR, of=cast.director)
    with as_owner():
        grant = Grant.objects.using("owner").get(position=position)
        event = Event.objects.using("owner").get(object_pk=str(grant.pk))
    assert (event.verb, event.case_id, event.position_id) == ("ROW_CREATE", case.pk, cast.privacy.pk)
    assert (grant.relation, grant.granted_by_id) == ("line", cast.privacy.pk)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DIRECTOR])
def test_before_it_is_confirmed_there_is_no_line(cast: Cast, role: Role) -> None:
    a_case(cast)
    position = add(cast, role, of=cast.supervisor)
    assert sees(position) == set()
    for by in (cast.admin, cast.director, cast.privacy, position):
        with pytest.raises(Error), acting_as(by), connection.cursor() as cursor:
            cursor.execute("SELECT wall.extend_line(%s)", [position.pk])
        with pytest.raises(Error), acting_as(by), connection.cursor() as cursor:
            cursor.execute("SELECT wall.put_line(%s)", [position.pk])
    with as_owner():
        assert not Grant.objects.using("owner").filter(position=position).exists()


@pytest.mark.parametrize("name", ["caseworker", "stranger", "police", "privacy", "director", "admin"])
def test_raw_sql_extends_no_line_of_others(cast: Cast, name: str) -> None:
    a_case(cast)
    with pytest.raises(Error), acting_as(cast.positions[name]), connection.cursor() as cursor:
        cursor.execute("SELECT wall.extend_line(%s)", [cast.supervisor2.pk])


@pytest.mark.parametrize(
    "name", ["caseworker", "colleague", "stranger", "stranger_director", "police", "admin"]
)
def test_raw_sql_for_oneself_gives_nothing_beyond_the_role(cast: Cast, name: str) -> None:
    a_case(cast)
    before = sees(cast.positions[name])
    with acting_as(cast.positions[name]), connection.cursor() as cursor:
        cursor.execute("SELECT wall.extend_line(%s)", [cast.positions[name].pk])
    assert sees(cast.positions[name]) == before
