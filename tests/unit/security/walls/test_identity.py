"""Who acts: nobody without a valid identity, and nobody as somebody else."""

import hashlib
import threading
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg_pool import ConnectionPool

from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from cases.records.models import Case, Child, Grant
from security.encryption.models import DataKey
from security.walls.identity import mint_identity, set_identity, wall_token
from tests.cast import Cast, a_case, as_owner
from tests.conftest import superuser

WALLED = (Case, Child, Grant, DataKey, Staff, Position)


def _counts() -> list[int]:
    return [model.objects.count() for model in WALLED]


SETTINGS = [
    None,
    "",
    "garbage",
    "x" * 5000,
    "' OR true --",
    "\U0001f41f",
    "5f3f6a52-6d0c-4f0a-9a63-6c1d6f1f2c10",
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_without_identity_there_is_nothing(cast: Cast, setting: str | None) -> None:
    a_case(cast)
    with transaction.atomic():
        if setting is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('tomoshibi.session', %s, true)", [setting])
        assert _counts() == [0] * len(WALLED)


@pytest.mark.parametrize("column", ["idle_until", "ends_at"])
def test_an_expired_identity_counts_as_none(cast: Cast, column: str) -> None:
    a_case(cast)
    mint_identity("key", cast.caseworker.staff_id, cast.caseworker.pk, "test")
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(f"UPDATE wall.identity SET {column} = now() - interval '1 second'")
    with transaction.atomic():
        set_identity("key")
        assert _counts() == [0] * len(WALLED)


def test_ended_position_and_inactive_account_hold_nothing(cast: Cast) -> None:
    a_case(cast)
    for statement in (
        "UPDATE agencies_position SET ends_on = current_date - 1 WHERE id = %s",
        "UPDATE agencies_staff SET is_active = false WHERE id = (SELECT staff_id FROM agencies_position WHERE id = %s)",
    ):
        with acting_as(cast.caseworker):
            assert Case.objects.exists()
        with as_owner(), connections["owner"].cursor() as cursor:
            cursor.execute(statement, [cast.caseworker.pk])
        with acting_as(cast.caseworker):
            assert not Case.objects.exists(), statement
        with as_owner(), connections["owner"].cursor() as cursor:
            cursor.execute("UPDATE agencies_position SET ends_on = NULL")
            cursor.execute("UPDATE agencies_staff SET is_active = true")


def test_no_readable_table_lets_one_act_as_a_colleague(cast: Cast) -> None:
    """Raw SQL as runtime: take every value that can be read anywhere, and try each as the session setting."""
    case = a_case(cast, lead="colleague")
    mint_identity("victim's key", cast.colleague.staff_id, cast.colleague.pk, "test")
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        tried = set(_everything_readable(cursor))
        tried |= {hashlib.sha256(value.encode()).hexdigest() for value in tried}
        assert len(tried) > 100
        for value in tried:
            cursor.execute("SELECT set_config('tomoshibi.session', %s, true)", [value])
            cursor.execute("SELECT count(*) FROM cases_case WHERE id = %s", [case.pk])
            assert cursor.fetchone() == (0,)


def _everything_readable(cursor: CursorWrapper) -> list[str]:
    cursor.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'wall', 'keys') AND has_table_privilege(c.oid, 'SELECT')"
    )
    values = []
    for (table,) in cursor.fetchall():
        rows = f"(SELECT * FROM {table} LIMIT 500)"
        cursor.execute(f"SELECT e.value FROM {rows} t, jsonb_each_text(to_jsonb(t)) e WHERE e.value <> ''")
        values += [value for (value,) in cursor.fetchall()]
    return values


def _queries_of_others() -> str:
    """What a superuser reads of the statements that run; the application itself reads none of it."""
    with superuser() as other:
        return str(other.execute("SELECT query FROM pg_stat_activity").fetchall())


def test_token_is_never_in_a_query_text(cast: Cast) -> None:
    mint_identity("secret key", cast.caseworker.staff_id, cast.caseworker.pk, "test")
    token = wall_token("secret key")
    with transaction.atomic():
        set_identity("secret key")
        assert "set_config" in (seen := _queries_of_others())
        assert token not in seen
        with connection.cursor() as cursor:  # the way it must not be done: this test can see it
            cursor.execute(f"SELECT set_config('tomoshibi.session', '{token}', true)")
        assert token in _queries_of_others()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT wall.mint('\\x00', '{staff}', '{position}', '1 hour', '1 hour', '')",
        "INSERT INTO wall.identity (token, staff_id, position_id, idle_until, ends_at) "
        "VALUES ('\\x00', '{staff}', '{position}', now(), now())",
        "SELECT * FROM wall.identity",
        "UPDATE wall.identity SET position_id = '{position}'",
        "SELECT * FROM agencies_credential",
        "SELECT wall.set_credential('{staff}', 'x', false)",
        "SELECT wall.put_grant(gen_random_uuid(), '{case}', '{mine}', 'lead', 'manage', '', NULL)",
        "INSERT INTO cases_grant (id, case_id, position_id, user_id, permission_id, relation, granted_by_id, created_at, "
        "starts_at) "
        "SELECT gen_random_uuid(), '{case}', '{mine}', '{me}', min(id), 'lead', '{mine}', now(), now() FROM auth_permission",
        "UPDATE cases_grant SET ends_at = NULL",
        "DELETE FROM cases_block",
        "SET ROLE wall",
        "SET ROLE owner",
        "SET SESSION AUTHORIZATION owner",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY runtime_select_1 ON cases_case",
        "CREATE FUNCTION wall.my_position() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        "TRUNCATE cases_case",
        "DELETE FROM cases_case",
        "DELETE FROM agencies_position",
        "COPY cases_case TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_raw_sql_as_runtime_is_refused(cast: Cast, statement: str) -> None:
    case = a_case(cast, lead="colleague")
    filled = statement.format(
        staff=cast.colleague.staff_id,
        position=cast.colleague.pk,
        case=case.pk,
        mine=cast.caseworker.pk,
        me=cast.caseworker.staff_id,
    )
    with pytest.raises(ProgrammingError), acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute(filled)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT wall.grant(gen_random_uuid(), '{case}', '{mine}', 'lead', 'manage', NULL, NULL, NULL)",
        "SELECT wall.revoke((SELECT id FROM cases_grant LIMIT 1))",
        "SELECT wall.block(gen_random_uuid(), '{case}', '{staff}')",
        "SELECT wall.open_case('{case}', '{mine}')",
        "SELECT wall.break_glass(gen_random_uuid(), '{foreign}')",
    ],
)
def test_definer_functions_check_who_calls(cast: Cast, statement: str) -> None:
    case = a_case(cast, lead="colleague")
    foreign = a_case(cast, lead="stranger")
    filled = statement.format(
        case=case.pk, foreign=foreign.pk, mine=cast.caseworker.pk, staff=cast.colleague.staff_id
    )
    with pytest.raises(Exception) as caught, acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute(filled)
    assert getattr(caught.value.__cause__, "sqlstate", "") == "23514", caught.value


def test_own_positions_cannot_be_written(cast: Cast) -> None:
    for acting, person in (("admin", "admin"), ("caseworker", "caseworker"), ("director", "caseworker")):
        with pytest.raises(ProgrammingError), acting_as(cast.positions[acting]):
            Position.objects.create(
                staff=cast.positions[person].staff,
                office=cast.offices["kita"],
                role="director",
                starts_on="2020-01-01",
            )
        with pytest.raises(ProgrammingError), acting_as(cast.positions[acting]):
            Position.objects.filter(pk=cast.positions[person].pk).update(role="director")
        with acting_as(cast.positions[acting]):
            assert Position.objects.filter(pk=cast.positions[person].pk).update(ends_on=None) == 0


def test_identity_never_stays_on_a_pooled_connection(cast: Cast) -> None:
    """50 threads, two people, two connections, random-looking errors: every answer is the asker's own."""
    cases = {
        position.pk: a_case(cast, lead=name)
        for name in ("caseworker", "stranger")
        for position in [cast.positions[name]]
    }
    keys = {}
    for position in (cast.caseworker, cast.stranger):
        keys[position.pk] = str(uuid4())
        mint_identity(keys[position.pk], position.staff_id, position.pk, "test")
    askers = [(keys[position.pk], cases[position.pk].pk) for position in (cast.caseworker, cast.stranger)]
    wrong: list[object] = []
    with psycopg_pool(connection.settings_dict) as pool:
        threads = [threading.Thread(target=_ask, args=(pool, *askers[n % 2], n, wrong)) for n in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


def _ask(pool: ConnectionPool, key: str, own: object, number: int, wrong: list[object]) -> None:
    """Ten transactions as one person, every third with an error in it; what is seen besides one's own goes into ``wrong``."""
    for turn in range(10):
        with pool.connection() as raw:
            with suppress(psycopg.errors.DivisionByZero), raw.transaction():
                raw.execute("SELECT set_config('tomoshibi.session', %s, true)", [wall_token(key)])
                seen = {row[0] for row in raw.execute("SELECT id FROM cases_case")}
                wrong += seen ^ {own}
                if (number + turn) % 3 == 0:
                    raw.execute("SELECT 1/0")
            if raw.execute("SELECT count(*) FROM cases_case").fetchone() != (0,):
                wrong.append("left over")


def psycopg_pool(database: dict[str, str]) -> ConnectionPool:
    """Two connections as runtime, for as many threads as want them."""
    conninfo = psycopg.conninfo.make_conninfo(
        host=database["HOST"],
        port=database["PORT"],
        dbname=database["NAME"],
        user="runtime",
        password=database["PASSWORD"],
    )
    return ConnectionPool(conninfo, min_size=2, max_size=2, timeout=30)
