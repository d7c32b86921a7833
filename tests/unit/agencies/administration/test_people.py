"""People and positions: kept by administrators, nobody's own."""

import re
import uuid

import pytest
from django.db import Error, IntegrityError, connection
from django.test import Client

from agencies.administration.actions import add_position
from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from security.audit.models import Event
from security.walls import clock
from tests.between import just_before
from tests.cast import PASSWORD, Cast, as_owner
from tests.client import signed_in
from tests.unit.referrals.actors import Steps, run

NEW = {
    "username": "new.person",
    "name": "髙﨑 祥子",
    "kana": "たかさき しょうこ",
    "email": "new@example.invalid",
}


def add_person(cast: Cast, **changed: str) -> tuple[Client, str, Staff]:
    """An administrator adds a person: client, the temporary password on the page, the person."""
    admin = signed_in(cast.admin)
    page = admin.post("/people/add/", {**NEW, **changed}).content.decode()
    (password,) = re.findall(r"<code>([0-9a-f]{4}(?:-[0-9a-f]{4}){3})</code>", page)
    return admin, password, Staff.objects.using("gate").get(username=NEW["username"])


def post_data(office: Office, role: str, **more: str) -> dict[str, str]:
    return {"office": str(office.pk), "role": role, "starts_on": "2026-04-01", **more}


def test_a_new_person_signs_in_with_the_temporary_password_and_changes_it(cast: Cast) -> None:
    admin, password, person = add_person(cast)
    assert (person.name, person.kana) == ("髙﨑\u3000祥子", "タカサキ\u3000ショウコ")
    client = Client()
    assert (
        client.post("/sign-in/", {"username": "new.person", "password": password})["Location"] == "/password/"
    )
    client.post("/password/", {"password": "a long new one", "again": "a long new one"})
    assert client.get("/")["Location"] == "/position/"
    assert password not in admin.get(f"/people/{person.pk}/").content.decode()


def test_a_user_name_belongs_to_one_person(cast: Cast) -> None:
    admin = signed_in(cast.admin)
    for username in ("caseworker", "UPPER", "ab", "with space", "x" * 61, "a\0b"):
        assert admin.post("/people/add/", {**NEW, "username": username}).status_code == 200
    assert not Staff.objects.using("gate").filter(kana__startswith="タカサキ").exists()


def test_two_administrators_choose_one_user_name_at_once(cast: Cast) -> None:
    admin, other = signed_in(cast.admin), signed_in(cast.admin)
    with just_before(
        'INSERT INTO "agencies_staff"', lambda: other.post("/people/add/", {**NEW, "name": "先"})
    ):
        answer = admin.post("/people/add/", NEW)
    assert answer.status_code == 200
    assert answer.context["form"].errors["username"]
    assert Staff.objects.using("gate").get(username=NEW["username"]).name == "先"


def test_one_position_given_twice_at_once_is_one_position(cast: Cast) -> None:
    def script() -> Steps:
        with acting_as(cast.admin):
            add_position(
                cast.stranger.staff,
                cast.offices["kita"],
                Role.SUPERVISOR,
                section=cast.caseworker.section,
                starts_on=clock.today(),
                ends_on=None,
                by=cast.admin,
            )
            yield

    first, second = run("ABAB", script, script)
    assert first is None
    assert isinstance(second, Refused)
    assert Position.objects.using("gate").filter(staff=cast.stranger.staff, role="supervisor").count() == 1


def test_a_position_is_given_on_one_page_and_ended(cast: Cast) -> None:
    admin, _password, person = add_person(cast)
    office = cast.offices["kita"]
    path = f"/people/{person.pk}/positions/add/"
    page = admin.get(path)
    section = cast.caseworker.section_id
    assert f'<optgroup label="{office.name}"' in page.content.decode()
    shown = page.context["form"]
    assert [field.name for field in shown if field.value()] == ["starts_on"], "nothing is chosen for anybody"
    roles = [value for _kinds, group in shown.fields["role"].choices for value, _label in group]
    assert sorted(roles) == sorted(Role.values), "each role once"
    assert (
        admin.post(path, post_data(office, "caseworker", section=str(section)))["Location"]
        == f"/people/{person.pk}/"
    )
    position = Position.objects.using("gate").get(staff=person)
    assert (position.office_id, position.section_id, position.role) == (office.pk, section, "caseworker")
    assert admin.post(path, post_data(office, "caseworker")).status_code == 200  # held already
    assert (
        admin.post(f"/people/{person.pk}/positions/{position.pk}/", {"ends_on": "2026-03-31"}).status_code
        == 200
    )
    assert (
        admin.post(f"/people/{person.pk}/positions/{position.pk}/", {"ends_on": "2026-09-30"})["Location"]
        == f"/people/{person.pk}/"
    )
    assert str(Position.objects.using("gate").get(pk=position.pk).ends_on) == "2026-09-30"
    assert "ROW_CREATE" in {event.verb for event in events_about(position.pk)}
    # It is over: with a later last day the grants that ended with it would come back.
    assert (
        admin.post(f"/people/{person.pk}/positions/{position.pk}/", {"ends_on": "2099-12-31"}).status_code
        == 200
    )
    for ends_on in ("NULL", "'2099-12-31'", "current_date + 1"):
        with (
            pytest.raises(IntegrityError, match="cannot be opened again"),
            acting_as(cast.admin),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE agencies_position SET ends_on = {ends_on} WHERE id = %s", [position.pk])
    assert str(Position.objects.using("gate").get(pk=position.pk).ends_on) == "2026-09-30"


def events_about(pk: uuid.UUID) -> list[Event]:
    with as_owner():
        return list(Event.objects.using("owner").filter(object_pk=str(pk)))


@pytest.mark.parametrize("role", ["juvenile_officer", "administrator", "nonsense", "", "school_staff"])
def test_a_role_fits_the_kind_of_office(cast: Cast, role: str) -> None:
    admin = signed_in(cast.admin)
    path = f"/people/{cast.stranger.staff_id}/positions/add/"
    assert admin.post(path, post_data(cast.offices["kita"], role)).context["form"].errors
    assert Position.objects.using("gate").filter(staff=cast.stranger.staff).count() == 1


def test_a_section_belongs_to_its_office(cast: Cast) -> None:
    path = f"/people/{cast.stranger.staff_id}/positions/add/"
    data = post_data(cast.offices["minami"], "supervisor", section=str(cast.caseworker.section_id))
    assert signed_in(cast.admin).post(path, data).context["form"].errors
    assert (
        not Position.objects.using("gate").filter(staff=cast.stranger.staff, section__isnull=False).exists()
    )


def test_an_administrator_cannot_change_the_own_account_or_positions(cast: Cast) -> None:
    admin, own = signed_in(cast.admin), cast.admin.staff_id
    office = cast.offices["oversight"]
    page = admin.get(f"/people/{own}/").content.decode()
    assert 'aria-disabled="true"' in page
    answers = [
        admin.post(f"/people/{own}/", {"name": "x", "kana": "ア", "email": ""}),
        admin.post(f"/people/{own}/password/"),
        admin.post(f"/people/{own}/use/", {"in_use": "0"}),
        admin.post(f"/people/{own}/positions/add/", post_data(office, "privacy_officer")),
        admin.post(f"/people/{own}/positions/{cast.admin.pk}/", {"ends_on": "2026-12-31"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 302, 200, 200, 200]
    now = Staff.objects.using("gate").get(pk=own)
    assert (now.name, now.is_active, now.credential_stamp) == (
        cast.admin.staff.name,
        True,
        cast.admin.staff.credential_stamp,
    )
    assert Position.objects.using("gate").filter(staff=own).count() == 1
    assert Position.objects.using("gate").get(staff=own).ends_on is None


SELF = (
    "INSERT INTO agencies_position (id, staff_id, office_id, role, starts_on) SELECT gen_random_uuid(), %(me)s, office_id, "
    "'privacy_officer', '2026-01-01' FROM agencies_position WHERE id = %(my_position)s",
    "UPDATE agencies_position SET staff_id = %(me)s WHERE id = %(other_position)s",
    "UPDATE agencies_position SET staff_id = %(other)s WHERE id = %(third_position)s",
    "UPDATE agencies_position SET role = 'director' WHERE id = %(other_position)s",
    "UPDATE agencies_position SET office_id = %(office)s WHERE id = %(other_position)s",
    "UPDATE agencies_position SET starts_on = '2019-01-01' WHERE id = %(other_position)s",
    "UPDATE agencies_staff SET is_superuser = true WHERE id = %(other)s",
    "SELECT * FROM agencies_credential",
    "SELECT wall.set_credential(%(other)s, 'x', false)",
    "SELECT * FROM wall.identity",
    "SELECT wall.mint('\\x00', %(other)s, %(other_position)s, '1 hour', '1 hour', '')",
    "DELETE FROM agencies_position WHERE id = %(other_position)s",
    "DELETE FROM agencies_staff WHERE id = %(other)s",
)


@pytest.mark.parametrize("statement", SELF)
def test_raw_sql_as_an_administrator_is_refused(cast: Cast, statement: str) -> None:
    values = {
        "me": cast.admin.staff_id,
        "my_position": cast.admin.pk,
        "other": cast.stranger.staff_id,
        "other_position": cast.stranger.pk,
        "third_position": cast.caseworker.pk,
        "office": cast.offices["kita"].pk,
    }
    with pytest.raises(Error), acting_as(cast.admin), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agencies_position SET ends_on = NULL WHERE id = %(my_position)s",
        "UPDATE agencies_position SET ends_on = '2099-01-01' WHERE staff_id = %(me)s",
        "UPDATE agencies_staff SET name = 'x' WHERE id = %(me)s",
    ],
)
@pytest.mark.parametrize("name", ["admin", "caseworker", "director", "privacy"])
def test_raw_sql_changes_no_row_of_ones_own(cast: Cast, name: str, statement: str) -> None:
    position = cast.positions[name]
    with acting_as(position), connection.cursor() as cursor:
        cursor.execute(statement, {"me": position.staff_id, "my_position": position.pk})
        assert cursor.rowcount == 0


@pytest.mark.parametrize("name", ["caseworker", "director", "privacy", "police", "school"])
def test_raw_sql_of_other_roles_writes_no_account(cast: Cast, name: str) -> None:
    with acting_as(cast.positions[name]), connection.cursor() as cursor:
        for table, column in (
            ("agencies_staff", "name"),
            ("agencies_office", "name"),
            ("agencies_section", "name"),
            ("agencies_position", "ends_on"),
            ("agencies_sharingagreement", "ends_on"),
        ):
            cursor.execute(f"UPDATE {table} SET {column} = {column}")
            assert cursor.rowcount == 0, table
    with pytest.raises(Error), acting_as(cast.positions[name]), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agencies_office (id, code, kind, name, telephone, address, active, safety_hours) "
            "VALUES (gen_random_uuid(), 'x', 'cgc', 'x', '', '', true, 48)"
        )


def test_a_temporary_password_ends_all_sessions_of_the_person(cast: Cast) -> None:
    theirs = signed_in(cast.caseworker)
    page = signed_in(cast.admin).post(f"/people/{cast.caseworker.staff_id}/password/").content.decode()
    (password,) = re.findall(r"<code>([0-9a-f-]{19})</code>", page)
    assert theirs.get("/sessions/").status_code == 302
    assert Client().post("/sign-in/", {"username": "caseworker", "password": PASSWORD}).status_code == 200
    assert (
        Client().post("/sign-in/", {"username": "caseworker", "password": password})["Location"]
        == "/password/"
    )
    changed = [event for event in events_about(cast.caseworker.staff_id) if event.verb == "ROW_UPDATE"]
    # The sign-in gate, which is nobody, stores the password after the administrator's own transaction.
    assert {event.actor_id for event in changed} == {cast.admin.staff_id, None}
    assert all(password not in str(event.changes) for event in changed)


def test_an_account_taken_out_of_use_is_signed_out_at_the_next_request(cast: Cast) -> None:
    theirs, admin = signed_in(cast.caseworker), signed_in(cast.admin)
    path = f"/people/{cast.caseworker.staff_id}/use/"
    assert admin.post(path, {"in_use": "0"}).status_code == 302
    assert theirs.get("/sessions/").status_code == 302
    assert Client().post("/sign-in/", {"username": "caseworker", "password": PASSWORD}).status_code == 200
    assert admin.post(path, {"in_use": "1"}).status_code == 302
    assert theirs.get("/sessions/").status_code == 302
    assert Client().post("/sign-in/", {"username": "caseworker", "password": PASSWORD}).status_code == 302


def test_the_list_is_paged_and_filtered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agencies.administration.queries.people_page.__kwdefaults__", {"size": 7})
    admin = signed_in(cast.admin)
    pages = [admin.get("/people/").context["people"]]
    while pages[-1].on:
        pages.append(admin.get(f"/people/?{pages[-1].on}").context["people"])
    seen = [person.username for page in pages for person in page.rows]
    before = admin.get(f"/people/?{pages[-1].back}").context["people"]
    assert before.rows == pages[-2].rows
    assert len(seen) == len(set(seen)) == Staff.objects.using("gate").count()
    only = admin.get(f"/people/?office={cast.offices['school'].pk}").context["people"].rows
    assert [person.username for person in only] == ["school"]


@pytest.mark.parametrize(
    "query", ["newer=x", "older=00000000-0000-0000-0000-000000000000", "newer=%00", "older=' OR 1=1"]
)
def test_a_page_that_is_none_is_a_bad_request(cast: Cast, query: str) -> None:
    assert signed_in(cast.admin).get(f"/people/?{query}").status_code == 400


def test_an_office_that_is_none_is_not_found(cast: Cast) -> None:
    for office in ("x", "%00", str(uuid.uuid4())):
        assert signed_in(cast.admin).get(f"/people/?office={office}").status_code == 404


def paths(cast: Cast) -> list[str]:
    """Every address of the administrator."""
    person, position, office = cast.caseworker.staff_id, cast.caseworker.pk, cast.offices["kita"].pk
    return [
        "/offices/",
        "/offices/add/",
        f"/offices/{office}/",
        f"/offices/{office}/sections/add/",
        f"/offices/{office}/sections/{cast.caseworker.section_id}/",
        "/people/",
        "/people/add/",
        f"/people/{person}/",
        f"/people/{person}/positions/add/",
        f"/people/{person}/positions/{position}/",
        "/agreements/",
        "/agreements/add/",
    ]


def test_only_administrators_read_these_pages(cast: Cast) -> None:
    admin = signed_in(cast.admin)
    for path in paths(cast):
        assert admin.get(path).status_code == 200, path
    for name in ("caseworker", "supervisor", "director", "duty", "police", "school", "privacy", "stranger"):
        client = signed_in(cast.positions[name])
        for path in (
            *paths(cast),
            f"/people/{cast.police.staff_id}/use/",
            f"/people/{cast.police.staff_id}/password/",
        ):
            if (name, path) != ("director", "/agreements/"):  # a director decides on those of the own office
                assert client.get(path).status_code in (404, 405), (name, path)
            assert client.post(path, {"in_use": "0"}).status_code == 404 or path in (
                "/offices/",
                "/people/",
                "/agreements/",
            )
    assert Staff.objects.using("gate").get(pk=cast.police.staff_id).is_active


def test_what_is_not_there_is_not_found(cast: Cast) -> None:
    admin, none = signed_in(cast.admin), uuid.uuid4()
    for path in (
        f"/offices/{none}/",
        f"/people/{none}/",
        f"/people/{cast.stranger.staff_id}/positions/{cast.caseworker.pk}/",
    ):
        assert admin.get(path).status_code == 404
    other = f"/offices/{cast.offices['minami'].pk}/sections/{cast.caseworker.section_id}/"
    assert admin.get(other).status_code == 404


def test_a_failing_password_leaves_no_secret_and_can_be_renewed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person exists, cannot sign in, and gets another temporary password."""
    admin = signed_in(cast.admin, raise_request_exception=False)
    with monkeypatch.context() as patch:
        patch.setattr("agencies.administration.actions.set_password", lambda *a, **k: 1 / 0)
        assert admin.post("/people/add/", NEW).status_code == 500
    person = Staff.objects.using("gate").get(username=NEW["username"])
    assert admin.post(f"/people/{person.pk}/password/").status_code == 200


def test_a_new_person_is_led_on_to_the_position(cast: Cast) -> None:
    admin = signed_in(cast.admin)
    made = admin.post("/people/add/", NEW).content.decode()
    person = Staff.objects.using("gate").get(username=NEW["username"])
    assert f'href="/people/{person.pk}/positions/add/"' in made
    renewed = admin.post(f"/people/{cast.caseworker.staff_id}/password/").content.decode()
    assert "/positions/add/" not in renewed
