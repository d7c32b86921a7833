"""Nobody alone makes a reader: positions that decide, supervise or audit wait for another person; renewed passwords are told."""

import re
from typing import Any

import psycopg
import pytest
from django.db import Error, IntegrityError, connection
from django.test import Client
from django.utils.timezone import localdate

from agencies.administration.actions import add_person, add_position, confirm_position, refuse_position
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.actions import positions_of
from agencies.staff.models import Position, Staff
from agencies.staff.roles import CONFIRMED_ROLES, Permission, Role
from agencies.staff.rules import Refused
from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.rights import every_column

# role, office, who confirms it
GRAVE = (
    ("supervisor", "kita", "director"),
    ("director", "kita", "privacy"),
    ("police_supervisor", "support", "privacy"),
    ("rights_head", "bureau", "privacy"),
    ("facility_head", "home", "privacy"),
    ("privacy_officer", "oversight", "privacy"),
    ("administrator", "oversight", "privacy"),
)


def invent(cast: Cast, role: Role = Role.SUPERVISOR, office: str = "kita", **days: Any) -> Position:
    """What one administrator can do alone: a person who does not exist, with a position that reads every case of an office."""
    with acting_as(cast.admin):
        person, _password = add_person(
            {"username": "nobody", "name": "架空", "kana": "カクウ", "email": ""}, by=cast.admin
        )
        facts = {"section": None, "starts_on": clock.today(), "ends_on": None} | days
        position = add_position(person, cast.offices[office], role, by=cast.admin, **facts)
    return again(position)


def again(position: Position) -> Position:
    return (
        Position.objects.using("gate")
        .select_related("staff", "office", "section", "added_by__staff")
        .get(pk=position.pk)
    )


def sees(position: Position) -> int:
    with acting_as(position):
        return Case.objects.count()


def raw(by: Position, statement: str, *values: Any) -> int:
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def refused(by: Position, rule: str, statement: str, *values: Any) -> None:
    """The statement is refused, under one of the constraints ``rule`` where it has a name, or finds no row it may change."""
    try:
        assert raw(by, statement, *values) == 0
    except Error as error:
        cause = error.__cause__
        assert isinstance(cause, psycopg.Error)
        assert cause.diag.constraint_name in (*rule.split(), None), cause


def kinds(position: Position) -> list[str]:
    """What a position finds in its inbox."""
    with as_owner():
        return sorted(Notice.objects.using("owner").filter(position=position).values_list("kind", flat=True))


def test_these_roles_wait_and_no_role_that_reads_a_line_is_forgotten() -> None:
    weighty = {
        Permission.DECIDE,
        Permission.REVIEW_LINE,
        Permission.MANAGE_TEAM,
        Permission.ASSIGN_DISCLOSURES,
        Permission.DECIDE_LETTERS,
        Permission.NAME_GIVERS,
    }
    weighty |= {Permission.READ_ACCESS_LOG, Permission.ADMINISTER, Permission.CONFIRM_POSITIONS}
    assert {role for role in Role if role.profile.permissions & weighty} == CONFIRMED_ROLES
    assert {role for role, _office, _by in GRAVE} == {role.value for role in CONFIRMED_ROLES}


@pytest.mark.parametrize(("role", "office", "confirmer"), GRAVE)
def test_it_takes_effect_when_the_other_person_has_confirmed_it(
    cast: Cast, role: str, office: str, confirmer: str
) -> None:
    a_case(cast, lead="other_section")
    position = invent(cast, Role(role), office)
    assert (position.added_by, position.is_current, positions_of(position.staff)) == (cast.admin, False, [])
    assert sees(position) == 0
    by = cast.positions[confirmer]
    line = f"/positions/{position.pk}/"
    client = signed_in(by)
    assert line in client.get("/").content.decode()
    page = client.get(line).content.decode()
    for said in ("架空", position.office.name, position.role_label, cast.admin.staff.name):
        assert said in page
    assert client.post(line, {"verdict": "confirm"})["Location"] == "/positions/"
    position = again(position)
    assert (position.decided_by_id, position.is_current) == (by.pk, True)
    assert positions_of(position.staff) == [position]
    assert sees(position) == (1 if role == "director" else 0)
    assert line not in client.get("/").content.decode()
    assert kinds(cast.admin) == ["position_confirmed"]


def test_the_director_the_privacy_officer_and_the_person_are_told(cast: Cast) -> None:
    with acting_as(cast.admin):
        position = add_position(
            cast.colleague.staff, cast.offices["kita"], Role.SUPERVISOR, section=None, starts_on=clock.today(), ends_on=None,
            by=cast.admin,
        )  # fmt: skip
    told = (cast.director, cast.privacy, cast.colleague, cast.positions["two_positions/director"])
    assert [kinds(one) for one in told] == [["position_added"]] * 4
    assert kinds(cast.stranger_director) == kinds(cast.supervisor) == []
    with acting_as(cast.director):
        confirm_position(position, by=cast.director)
    assert [kinds(one) for one in told] == [["position_added", "position_confirmed"]] * 4
    with acting_as(cast.colleague):
        assert {notice.path for notice in Notice.objects.all()} == {"/sessions/"}


def test_it_is_refused_with_a_reason_and_can_be_added_anew(cast: Cast) -> None:
    position = invent(cast)
    client = signed_in(cast.director)
    page = client.post(f"/positions/{position.pk}/", {"verdict": "refuse", "reason": ""})
    assert page.status_code == 200
    assert again(position).is_waiting
    answer = {"verdict": "refuse", "reason": "この者を知らない。"}
    assert client.post(f"/positions/{position.pk}/", answer).status_code == 302
    assert (again(position).is_waiting, again(position).is_current) == (False, False)
    assert "この者を知らない。" in signed_in(cast.admin).get(f"/people/{position.staff_id}/").content.decode()
    assert client.post(f"/positions/{position.pk}/", {"verdict": "confirm"}).status_code == 200
    assert not again(position).is_current
    with acting_as(cast.admin):
        add_position(
            position.staff, position.office, Role.SUPERVISOR, section=None, starts_on=clock.today(), ends_on=None, by=cast.admin
        )  # fmt: skip


@pytest.mark.parametrize(("role", "office", "confirmer"), GRAVE)
def test_no_other_role_confirms_it(cast: Cast, role: str, office: str, confirmer: str) -> None:
    position = invent(cast, Role(role), office)
    for name, by in cast.positions.items():
        if name == confirmer or (confirmer == "director" and name == "two_positions/director"):
            continue
        with pytest.raises(Refused), acting_as(by):
            confirm_position(position, by=by)
        refused(
            by,
            "position_confirmed_by_another",
            "UPDATE agencies_position SET confirmed_at = now() WHERE id = %s",
            position.pk,
        )
        assert signed_in(by).post(f"/positions/{position.pk}/", {"verdict": "confirm"}).status_code in (
            200,
            404,
        )
    assert again(position).is_waiting


def test_neither_who_added_it_nor_who_holds_it_confirms_it(cast: Cast) -> None:
    """Somebody who is administrator and director, and a privacy officer who is to be one a second time."""
    with as_owner():
        both = Position.objects.using("owner").create(
            staff=cast.admin.staff, office=cast.offices["kita"], role="director", starts_on="2020-04-01",
            confirmed_at=clock.now(),
        )  # fmt: skip
    both = again(both)
    added = invent(cast)
    with acting_as(cast.admin2):
        own = add_position(
            cast.privacy.staff, cast.offices["oversight"], Role.ADMINISTRATOR, section=None, starts_on=clock.today(),
            ends_on=None, by=cast.admin2,
        )  # fmt: skip
    for by, position in ((both, added), (cast.privacy, own)):
        with pytest.raises(Refused), acting_as(by):
            confirm_position(position, by=by)
        refused(
            by,
            "position_confirmed_by_another",
            "UPDATE agencies_position SET confirmed_at = now() WHERE id = %s",
            position.pk,
        )
        assert again(position).is_waiting


BORN_CONFIRMED = (
    "INSERT INTO agencies_position (id, staff_id, office_id, role, starts_on, added_by_id, decided_by_id, confirmed_at, refusal)"
    " VALUES (gen_random_uuid(), %s, %s, 'supervisor', '2020-01-01', %s, %s, now(), '')"
)


def test_raw_sql_of_an_administrator_makes_nothing_effective(cast: Cast) -> None:
    a_case(cast)
    position = invent(cast)
    with as_owner():
        Position.objects.using("owner").filter(pk=position.pk).update(section=cast.supervisor.section)
    raw(cast.admin, BORN_CONFIRMED, position.staff_id, position.office_id, cast.director.pk, cast.director.pk)
    (born,) = Position.objects.using("gate").filter(staff=position.staff).exclude(pk=position.pk)
    assert (born.added_by_id, born.decided_by_id, born.confirmed_at) == (cast.admin.pk, None, None)
    for change in (
        "confirmed_at = now()",
        "confirmed_at = now(), added_by_id = NULL",
        "added_by_id = decided_by_id",
        "added_at = NULL",
        "role = 'caseworker'",
        "refused_at = now(), refusal = 'x'",
        "decided_by_id = added_by_id",
    ):
        with every_column("agencies_position"), pytest.raises(IntegrityError):
            raw(cast.admin, f"UPDATE agencies_position SET {change} WHERE id = %s", position.pk)
    raw(cast.admin, "SELECT wall.may_confirm(%s)", position.pk)
    assert again(position).is_waiting
    assert sees(again(position)) == sees(again(born)) == 0
    # What was told is told by raw SQL too.
    assert kinds(cast.director) == kinds(cast.privacy) == ["position_added", "position_added"]


def test_a_harmless_role_is_not_changed_into_a_grave_one(cast: Cast) -> None:
    with every_column("agencies_position"), pytest.raises(IntegrityError):
        raw(cast.admin, "UPDATE agencies_position SET role = 'director' WHERE id = %s", cast.stranger.pk)


def test_raw_sql_of_the_confirmer_changes_nothing_else(cast: Cast) -> None:
    position = invent(cast, ends_on=clock.today())
    for change, rule in (
        ("ends_on = NULL", "position_ended_by_right"),
        ("ends_on = NULL, confirmed_at = now()", "position_ended_by_right"),
        ("confirmed_at = now(), refused_at = now(), refusal = 'x'", "position_decided_once"),
        ("refused_at = now()", "position_refused_with_reason"),
        ("confirmed_at = now(), role = 'director'", "position_keeps_person"),
        ("confirmed_at = now(), staff_id = added_by_id", "position_keeps_person"),
    ):
        refused(cast.director, rule, f"UPDATE agencies_position SET {change} WHERE id = %s", position.pk)
    assert again(position).is_waiting
    late = (
        "UPDATE agencies_position SET confirmed_at = '2001-01-01', decided_by_id = added_by_id WHERE id = %s"
    )
    assert raw(cast.director, late, position.pk) == 1
    assert again(position).decided_by_id == cast.director.pk
    assert localdate(again(position).confirmed_at) >= clock.today()
    for change in (
        "confirmed_at = NULL",
        "confirmed_at = now()",
        "refused_at = now(), refusal = 'x', confirmed_at = NULL",
    ):
        refused(
            cast.director,
            "position_decided_once",
            f"UPDATE agencies_position SET {change} WHERE id = %s",
            position.pk,
        )
    assert again(position).is_current


def test_a_confirmed_position_is_not_put_off(cast: Cast) -> None:
    position = invent(cast, ends_on=clock.today())
    with acting_as(cast.director):
        confirm_position(position, by=cast.director)
    for ends_on in ("NULL", "'2099-01-01'", "current_date + 2"):
        with pytest.raises(Error, match="cannot be moved back"):
            raw(cast.admin, f"UPDATE agencies_position SET ends_on = {ends_on} WHERE id = %s", position.pk)
    page = signed_in(cast.admin).post(
        f"/people/{position.staff_id}/positions/{position.pk}/", {"ends_on": "2099-01-01"}
    )
    assert page.status_code == 200
    assert again(position).ends_on == clock.today()


def test_an_account_taken_into_use_again_waits_again(cast: Cast) -> None:
    """Else a supervisor who left, with a renewed password, is the reader whom one administrator makes."""
    a_case(cast)
    admin = signed_in(cast.admin)
    for in_use in ("0", "1"):
        admin.post(f"/people/{cast.supervisor.staff_id}/use/", {"in_use": in_use})
    assert again(cast.supervisor).is_waiting
    assert sees(cast.supervisor) == 0
    assert "position_added" in kinds(cast.director)
    with pytest.raises(Refused), acting_as(cast.admin):
        confirm_position(cast.supervisor, by=cast.admin)
    with acting_as(cast.director):
        confirm_position(cast.supervisor, by=cast.director)
    assert sees(cast.supervisor) == 1


def test_a_position_that_the_owner_added_is_confirmed_like_any_other(cast: Cast) -> None:
    """Nobody of the house added it, so there is nobody to tell of the confirmation but those who watch and the person."""
    position = invent(cast)
    with as_owner():
        Position.objects.using("owner").filter(pk=position.pk).update(added_by=None)
    with acting_as(cast.director):
        confirm_position(again(position), by=cast.director)
    assert again(position).is_current
    assert "position_confirmed" in kinds(cast.privacy)


def test_other_roles_begin_at_once_and_send_no_notice(cast: Cast) -> None:
    position = invent(cast, Role.CASEWORKER)
    assert again(position).is_current
    assert kinds(cast.director) == []
    with pytest.raises(Refused), acting_as(cast.director):
        refuse_position(again(position), reason="x", by=cast.director)


def test_a_director_sees_no_position_of_another_office(cast: Cast) -> None:
    position = invent(cast)
    assert signed_in(cast.stranger_director).get(f"/positions/{position.pk}/").status_code == 404
    assert "架空" not in signed_in(cast.stranger_director).get("/positions/").content.decode()
    page = signed_in(cast.privacy).get(f"/positions/{position.pk}/").content.decode()
    assert "架空" in page
    assert 'aria-disabled="true"' in page


@pytest.mark.parametrize("name", ["director", "caseworker", "privacy", "school"])
def test_a_renewed_password_is_told(cast: Cast, name: str) -> None:
    whose = cast.positions[name]
    page = signed_in(cast.admin).post(f"/people/{whose.staff_id}/password/").content.decode()
    (password,) = re.findall(r"<code>([0-9a-f-]{19})</code>", page)
    watchers = {"director", "privacy"} if name in ("director", "caseworker") else {"privacy"}
    for told in watchers | {name}:
        assert "password_renewed" in kinds(cast.positions[told]), told
    assert kinds(cast.supervisor) == kinds(cast.stranger_director) == []
    if name != "privacy":
        assert whose.staff.username in signed_in(cast.privacy).get("/positions/").content.decode()
    client = Client()
    client.post("/sign-in/", {"username": whose.staff.username, "password": password})
    assert "職員管理担当がパスワードを再発行しました" in client.get("/password/").content.decode()


def test_the_first_password_of_a_person_is_no_renewal(cast: Cast) -> None:
    position = invent(cast, Role.CASEWORKER)
    assert Staff.objects.using("gate").get(pk=position.staff_id).password_renewed_at is None
    assert kinds(position) == kinds(cast.privacy) == []


def test_one_person_holds_one_position_at_a_time(cast: Cast) -> None:
    def add(**days: Any) -> Position:
        held = cast.colleague
        facts = {"section": held.section, "starts_on": clock.today(), "ends_on": None} | days
        with acting_as(cast.admin):
            return add_position(held.staff, held.office, Role.CASEWORKER, by=cast.admin, **facts)

    with pytest.raises(Refused) as refusal:
        add()
    assert refusal.value.code == "position_held"
