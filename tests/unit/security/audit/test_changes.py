"""What the database keeps of a change, whoever made it: ciphertext, no names, and nothing of what did not change."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, connection, connections, transaction
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.records.actions import save_person, update_child
from cases.records.models import Case, Child, Person
from cases.records.queries import cases_for
from security.audit.models import Event
from security.encryption.envelope import looks_sealed
from security.encryption.fields import EncryptedTextField, sealed_text
from tests.cast import CHILD, Cast, a_case, as_owner
from tests.client import signed_in

TEXTS = dict.fromkeys(("role", "kana", "relation", "telephone", "note"), "")


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


def _changes(model: str, verb: str) -> list[Event]:
    with as_owner():
        return list(Event.objects.using("owner").filter(content_type__model=model, verb=verb))


def test_names_never_stand_in_clear(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        fresh = cases_for(cast.caseworker).get(pk=case.pk)
        update_child(fresh, replace(CHILD, family_name="改姓太"), by=cast.caseworker)
        save_person(fresh, TEXTS | {"name": "叔父 某"}, by=cast.caseworker)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT e::text FROM security_event e")
        everything = "\n".join(row for (row,) in cursor.fetchall())
    for name in (
        "改姓太",
        "叔父",
        CHILD.family_name,
        CHILD.given_name,
        CHILD.family_kana,
        CHILD.address,
        "架空の事案",
    ):
        assert name not in everything


def test_an_edit_keeps_both_ciphertexts_of_what_changed(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        update_child(
            cases_for(cast.caseworker).get(pk=case.pk),
            replace(CHILD, family_name="改姓太"),
            by=cast.caseworker,
        )
    (event,) = _changes("child", "ROW_UPDATE")
    assert set(event.changes) == {"family_name", "version"}
    before, after = event.changes["family_name"]
    assert before != after
    assert looks_sealed(before)
    assert looks_sealed(after)
    assert (event.scope_kind, event.scope_id, event.actor_id) == (
        "child",
        case.child_id,
        cast.caseworker.staff_id,
    )


def test_a_save_without_a_change_leaves_nothing(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        Child.objects.get(pk=case.child_id).save(update_fields=["family_name", "school"])
        Case.objects.get(pk=case.pk).save(update_fields=["urgency", "outline"])
    assert _changes("child", "ROW_UPDATE") == _changes("case", "ROW_UPDATE") == []


def test_a_change_that_is_rolled_back_leaves_nothing(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        save_person(cases_for(cast.caseworker).get(pk=case.pk), TEXTS | {"name": "某"}, by=cast.caseworker)
        transaction.set_rollback(True)
    assert _changes("person", "ROW_CREATE") == []


def test_every_encrypted_field_of_a_recorded_model_is_kept_as_ciphertext(cast: Cast, case: Case) -> None:
    for event in _changes("child", "ROW_CREATE") + _changes("case", "ROW_CREATE"):
        assert event.content_type
        model = event.content_type.model_class()
        assert model
        sealed = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, EncryptedTextField) and (field.name in event.changes or not field.null)
        ]
        assert sealed
        assert all(looks_sealed(event.changes[name][1]) for name in sealed)


# --- Whoever writes, and by whatever way ---------------------------------------------------------------------------------


def _person(cast: Cast, case: Case) -> Person:
    with acting_as(cast.caseworker):
        save_person(
            cases_for(cast.caseworker).get(pk=case.pk), TEXTS | {"name": "叔父 某"}, by=cast.caseworker
        )
        return Person.objects.get(case_id=case.pk)


def _sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ("note = relation", {"note"}),
        ("removed_at = '1990-01-01'", {"removed_at"}),
        ("name = kana, version = version + 1", {"name", "version"}),
    ],
)
def test_a_change_by_raw_sql_leaves_an_event_like_any_other(
    cast: Cast, case: Case, change: str, columns: set[str]
) -> None:
    person = _person(cast, case)
    with acting_as(cast.colleague):
        _sql(f"UPDATE cases_person SET {change}")  # sees no row, changes none
    with acting_as(cast.caseworker):
        _sql(f"UPDATE cases_person SET {change} WHERE id = %s", person.pk)
    (event,) = _changes("person", "ROW_UPDATE")
    assert set(event.changes) == columns
    found = (event.object_pk, event.case_id, event.actor_id, event.position_id, event.role, event.office_id)
    me = cast.caseworker
    assert found == (str(person.pk), case.pk, me.staff_id, me.pk, "caseworker", me.office_id)


def test_rows_put_in_and_taken_out_by_raw_sql_leave_their_events(cast: Cast, case: Case) -> None:
    person = _person(cast, case)
    with acting_as(cast.caseworker):
        _sql(
            "INSERT INTO cases_person SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()))).*"
            " FROM cases_person p"
        )
    assert len(_changes("person", "ROW_CREATE")) == 2
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM cases_person WHERE id = %s", [person.pk])
    (event,) = _changes("person", "ROW_DELETE")
    assert event.changes["name"] == [sealed_text(person.name), None]
    assert (event.object_pk, event.case_id) == (str(person.pk), case.pk)


def test_raw_sql_forges_its_own_request_number_and_nothing_else(cast: Cast, case: Case) -> None:
    person, other = _person(cast, case), uuid4()
    with acting_as(cast.caseworker):
        for name, value in (("request", str(other)), ("clock", "2020-01-01"), ("address", "10.9.8.7")):
            _sql("SELECT set_config(%s, %s, true)", f"tomoshibi.{name}", value)
        _sql("UPDATE cases_person SET note = name WHERE id = %s", person.pk)
    (event,) = _changes("person", "ROW_UPDATE")
    assert (event.request_id, event.actor_id) == (other, cast.caseworker.staff_id)
    assert abs(event.timestamp - timezone.now()) < timedelta(minutes=1)
    for setting, value in (("request", "no number"), ("address", "no address")):
        with acting_as(cast.caseworker):
            _sql("SELECT set_config(%s, %s, true)", f"tomoshibi.{setting}", value)
            with pytest.raises(Error), transaction.atomic():
                _sql("UPDATE cases_person SET note = kana WHERE id = %s", person.pk)
    assert len(_changes("person", "ROW_UPDATE")) == 1


def test_a_session_with_another_time_zone_records_the_same_text(cast: Cast, case: Case) -> None:
    person = _person(cast, case)
    with acting_as(cast.caseworker):
        _sql("SELECT set_config('timezone', 'Asia/Tokyo', true), set_config('datestyle', 'German', true)")
        _sql("UPDATE cases_person SET removed_at = '2026-01-01T00:00:00+00' WHERE id = %s", person.pk)
    (event,) = _changes("person", "ROW_UPDATE")
    before, after = event.changes["removed_at"]
    assert before is None
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+\+00:00", after)


@pytest.mark.urls("tests.unit.security.audit.pages")
def test_the_changes_of_a_request_carry_its_number_and_address(cast: Cast, case: Case) -> None:
    client = signed_in(cast.caseworker)
    assert client.post(f"/cases/{case.pk}/", {"name": "叔母 某"}, REMOTE_ADDR="192.0.2.7").status_code == 200
    (event,) = _changes("person", "ROW_CREATE")
    with as_owner():
        look = Event.objects.using("owner").get(action=3, request_id=event.request_id)
    assert (event.remote_addr, look.remote_addr) == ("192.0.2.7", "192.0.2.7")


def test_a_wrapped_key_is_recorded_by_its_hash_alone(cast: Cast, case: Case) -> None:
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT wrapped::text FROM keys.data_key")
        wrapped = {row[0].removeprefix("\\x") for row in cursor.fetchall()}
        cursor.execute("SELECT e::text FROM security_event e")
        everything = "\n".join(row for (row,) in cursor.fetchall())
    assert wrapped
    assert not any(key in everything for key in wrapped)
    for event in _changes("datakey", "ROW_CREATE"):
        assert len(event.changes["wrapped"][1]) == 64
