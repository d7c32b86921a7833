"""Nothing can be put back: what was changed past the record is found, and nothing else is called so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections

from agencies.staff.acting import acting_as
from cases.records.actions import save_person, update_child
from cases.records.models import Case
from cases.records.queries import cases_for
from security.audit.verify import Difference, differences, differences_of_case, raise_alarm
from tests.cast import CHILD, Cast, a_case, as_owner, as_role
from tests.conftest import superuser

TEXTS = dict.fromkeys(("role", "kana", "relation", "telephone", "note"), "")


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case with a person, whose child got another name."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        fresh = cases_for(cast.caseworker).get(pk=case.pk)
        save_person(fresh, TEXTS | {"name": "叔父 某"}, by=cast.caseworker)
        update_child(fresh, replace(CHILD, family_name="改姓太"), by=cast.caseworker)
    return case


@contextmanager
def behind_the_record(name: str) -> Iterator[psycopg.Connection]:
    """A superuser for whom no trigger fires, as somebody with the server's disk."""
    with superuser(name) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


FIRST_NAME = """
  SELECT changes -> 'family_name' ->> 0 FROM security_event
  WHERE action = 1 AND changes ? 'family_name' ORDER BY id LIMIT 1"""
# What is done, then what of which table is found, and the columns.
ROLLBACKS = {
    "the child's older name": (
        f"UPDATE cases_child SET family_name = ({FIRST_NAME})",
        ("cases_child", "changed", ["family_name"]),
    ),
    "another cell's ciphertext": (
        "UPDATE cases_person SET note = name",
        ("cases_person", "changed", ["note"]),
    ),
    "a clear date": (
        "UPDATE cases_case SET opened_at = '2001-01-01'",
        ("cases_case", "changed", ["opened_at"]),
    ),
    "a value wiped": (
        "UPDATE cases_case SET outline = NULL",
        ("cases_case", "changed", ["outline"]),
    ),
    "a row deleted": ("DELETE FROM cases_person", ("cases_person", "missing", None)),
    "a grant that was never given": (
        "INSERT INTO cases_grant SELECT (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid()))).*"
        " FROM cases_grant g LIMIT 1",
        ("cases_grant", "unrecorded", None),
    ),
    "a right that had ended": (
        "UPDATE cases_grant SET ends_at = NULL, relation = 'lead'"
        " WHERE id = (SELECT id FROM cases_grant WHERE relation = 'line' LIMIT 1)",
        ("cases_grant", "changed", ["relation"]),
    ),
    "an older wrapped key": (
        "UPDATE keys.data_key SET wrapped = wrapped || '\\x00' WHERE kind = 'case'",
        ("keys.data_key", "changed", ["wrapped"]),
    ),
    "a destroyed key brought back": (
        "DELETE FROM keys.data_key WHERE kind = 'child'",
        ("keys.data_key", "missing", None),
    ),
    "a trigger taken away": (
        "ALTER TABLE cases_person DISABLE TRIGGER a_record",
        ("cases_person", "unwatched", None),
    ),
}


def _facts(found: list[Difference]) -> list[tuple[str, str, list[str] | None]]:
    return [
        (one.table.removeprefix("public."), one.what, one.columns if one.what == "changed" else None)
        for one in found
    ]


@pytest.mark.parametrize("name", ROLLBACKS)
def test_every_planted_rollback_is_found(database: str, cast: Cast, case: Case, name: str) -> None:
    statement, expected = ROLLBACKS[name]
    with as_role("worker"):
        assert differences() == []
    with behind_the_record(database) as attacker:
        attacker.execute(statement)
    with as_role("worker"):
        (found,) = differences()
    assert _facts([found]) == [expected]
    with acting_as(cast.caseworker):
        of_case = differences_of_case(case.pk)
    assert _facts(of_case) == [expected]
    if found.what in ("changed", "missing"):
        with as_owner(), connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT uuid FROM security_event WHERE object_pk = %s AND action < 3 ORDER BY id DESC",
                [found.row],
            )
            assert found.event in {event for (event,) in cursor.fetchall()}


def test_an_older_ciphertext_put_back_by_the_application_is_found_too(cast: Cast, case: Case) -> None:
    """Its change is recorded like any other; but no sealing gives the same characters twice."""
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        with as_owner(), connections["owner"].cursor() as owner:
            owner.execute(FIRST_NAME)
            (older,) = owner.fetchone()
        cursor.execute("UPDATE cases_child SET family_name = %s WHERE id = %s", [older, case.child_id])
        found = differences_of_case(case.pk)
    assert [(one.what, one.columns) for one in found] == [("put_back", ["family_name"])]
    with acting_as(cast.caseworker):
        update_child(
            cases_for(cast.caseworker).get(pk=case.pk), replace(CHILD, family_name="三"), by=cast.caseworker
        )
        assert differences_of_case(case.pk) == []


def test_one_case_says_nothing_of_another(database: str, cast: Cast, case: Case) -> None:
    other = a_case(cast, lead="stranger")
    with behind_the_record(database) as attacker:
        attacker.execute("UPDATE cases_case SET opened_at = '2001-01-01' WHERE id = %s", [other.pk])
    with acting_as(cast.caseworker):
        assert differences_of_case(case.pk) == []
    for name in ("caseworker", "colleague", "admin", "police"):
        with pytest.raises(IntegrityError, match="may not manage"), acting_as(cast.positions[name]):
            differences_of_case(other.pk)
    for name in ("stranger", "privacy"):
        with acting_as(cast.positions[name]):
            assert _facts(differences_of_case(other.pk)) == [("cases_case", "changed", ["opened_at"])]


def test_the_alarm_and_the_command_name_the_place(
    database: str, case: Case, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_cells")
    assert capsys.readouterr().out == "0 differences\n"
    with behind_the_record(database) as attacker:
        attacker.execute("UPDATE cases_case SET outline = NULL")
    with as_role("worker"):
        raise_alarm()
    (record,) = caplog.records
    assert record.levelname == "CRITICAL"
    assert f"cases_case {case.pk} changed: outline" in record.getMessage()
    with pytest.raises(SystemExit):
        call_command("verify_cells")
    assert f"cases_case {case.pk} changed: outline" in capsys.readouterr().out


@pytest.mark.parametrize("role", ["runtime", "scribe", "gate"])
def test_no_other_login_compares_everything(cast: Cast, role: str) -> None:
    alias: Callable[[str], str] = {"runtime": "default", "scribe": "audit", "gate": "gate"}.__getitem__
    with pytest.raises(Exception, match="permission denied"), connections[alias(role)].cursor() as cursor:
        cursor.execute("SELECT * FROM wall.unlike_record('public.cases_case')")
