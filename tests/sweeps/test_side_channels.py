"""Nobody learns of a hidden row from how PostgreSQL looked at it: every column of every walled table, by plan, statistics, time.

Who asks knows the id of the row, which is more than most attackers have. Two statements that differ only in whether the hidden
row matches must look alike: if the wall was asked for one and not for the other, a binary search reads the column (ADR 14).
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from agencies.staff.acting import acting_as
from security.walls.apply import declared_tables
from security.walls.builtins import LEAKPROOF, check_builtins_closed
from security.walls.identity import wall_token
from tests.sweeps.test_explain import superuser
from tests.sweeps.world import World

# Indexes find the row before any condition is asked; without them every operator of a statement is a condition.
NO_INDEX = "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off"
EXPLAIN = "EXPLAIN (ANALYZE, FORMAT JSON, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF)"
FACTS = ("Node Type", "Subplan Name", "Actual Loops", "Actual Rows", "Rows Removed by Filter")
# What stays open to those who pass the gate (docs/threat-model.md): whether a row has a known id or token, so that indexes serve
# behind a policy; and what is no function at all, whether a column is empty or true.
KNOWN = {("uuid", "="), ("bytea", "="), ("boolean", "=")}
PEOPLE = ("stranger", "blocked", "disclosed")
PAIRS = 200
# Something for a column that is empty in the world: an empty one matches nothing, and would look alike by itself.
FILLED = {
    "uuid": "gen_random_uuid()", "timestamp with time zone": "now()", "date": "current_date", "boolean": "true", "jsonb": "'{}'",
    "integer": "1", "bigint": "1", "smallint": "1", "inet": "'::1'", "text": "'x'", "character varying": "'x'", "bytea": "'x'",
    "character varying[]": "'{x}'",
}  # fmt: skip
COLUMNS = """
SELECT quote_ident(a.attname), format_type(a.atttypid, NULL) FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND has_column_privilege('runtime', a.attrelid, a.attnum, 'SELECT')
ORDER BY a.attnum
"""


@dataclass
class Asked:
    """What a sweep looked at, and what it could tell apart."""

    columns: set[tuple[str, str]]
    operators: int = 0
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row that is hidden from the one who asks, and the column by which it is known."""

    table: str
    key: str
    id: str

    def pairs(self, column: str, kind: str, value: str, *, signed_in: bool) -> Iterator[tuple[str, str, str]]:
        """For each operator: its name, a statement that the hidden row matches, and one that it does not."""
        literal = f"$v${value}$v$::{kind}"
        asked = {operator: f"{column} {operator} {literal}" for operator in ("=", "<")}
        if kind in ("text", "character varying"):
            asked["starts_with"] = f"starts_with({column}, {literal})"
        if not signed_in:
            asked["IS NULL"] = f"{column} IS NULL"
        for operator, condition in asked.items():
            if not (signed_in and (kind, operator) in KNOWN):
                known = f"SELECT 1 FROM {self.table} WHERE {self.key} = $v${self.id}$v$"
                # Kept from becoming another plan by itself: no index and no partition is chosen by such a condition.
                wrapped = f"{known} AND CASE WHEN {condition} THEN 1 END"
                yield operator, f"{wrapped} IS NOT NULL", f"{wrapped} IS NULL"


@contextmanager
def asking(session: psycopg.Connection, world: World, person: str | None) -> Iterator[None]:
    """The application's role in the open transaction of ``session``, in the name of somebody or of nobody."""
    token = wall_token(world.cookies[person]["session"]) if person else ""
    session.execute("SELECT set_config('tomoshibi.session', %s, true)", [token])
    session.execute("SET LOCAL ROLE runtime")
    yield
    session.execute("RESET ROLE")


def shape(session: psycopg.Connection, statement: str) -> list[tuple[Any, ...]]:
    """How PostgreSQL went about a statement: each step, how often it ran and what came of it."""
    plan = session.execute(f"{EXPLAIN} {statement}".encode()).fetchone()
    assert plan is not None
    return list(_steps(plan[0][0]["Plan"]))


def _steps(node: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    yield tuple(node.get(fact) for fact in FACTS)
    for below in node.get("Plans", ()):
        yield from _steps(below)


def sweep(database: str, world: World, person: str | None, only: str = "") -> Asked:
    """Ask every operator of every column of every walled table, as ``person``, about one row that is hidden from them."""
    asked = Asked(set())
    with superuser(database) as session:
        for table in declared_tables():
            if table.policies and "SELECT" in table.rights.get("runtime", "") and only in ("", table.name):
                with session.transaction(force_rollback=True):
                    _ask_table(session, world, person, table.name, asked)
    return asked


def _ask_table(
    session: psycopg.Connection, world: World, person: str | None, table: str, asked: Asked
) -> None:
    columns = session.execute(COLUMNS, [table]).fetchall()
    key = next(name for name, _ in columns if name in ("uuid", "event_uuid", "id"))
    row = _hidden_row(session, world, person, table, key)
    if row is None:
        return
    with session.transaction() as filling:
        _fill(session, row, columns)
        if _hidden_row(session, world, person, table, key) != row:  # as a block that is over
            raise psycopg.Rollback(filling)
    content = session.execute(
        f"SELECT {', '.join(f'{name}::text' for name, _ in columns)} FROM {table} WHERE {key}::text = %s",
        [row.id],
    ).fetchone()
    assert content is not None
    with asking(session, world, person):
        session.execute(NO_INDEX)
        for (name, kind), value in zip(columns, content, strict=True):
            if value is None:
                continue
            asked.columns.add((table, name))
            for operator, matching, other in row.pairs(name, kind, value, signed_in=person is not None):
                asked.operators += 1
                if shape(session, matching) != shape(session, other):
                    asked.told += (f"{table}.{name} {operator}",)


def _hidden_row(
    session: psycopg.Connection, world: World, person: str | None, table: str, key: str
) -> Row | None:
    with asking(session, world, person):
        seen = [found for (found,) in session.execute(f"SELECT {key}::text FROM {table}")]
    hidden = session.execute(
        f"SELECT {key}::text FROM {table} WHERE {key}::text <> ALL(%s) ORDER BY 1 LIMIT 1", [seen]
    ).fetchone()
    return Row(table, key, hidden[0]) if hidden else None


def _fill(session: psycopg.Connection, row: Row, columns: list[tuple[str, str]]) -> None:
    """Give every empty column of the row something, whatever the rules of the table say."""
    session.execute("SET LOCAL session_replication_role = replica")
    checks = session.execute(
        "SELECT conname::text FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [row.table]
    )
    for (name,) in checks.fetchall():
        session.execute(f'ALTER TABLE {row.table} DROP CONSTRAINT "{name}"')
    nullable = session.execute(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND NOT attnotnull",
        [row.table],
    )
    names = {name for (name,) in nullable}
    filled = [f"{name} = coalesce({name}, {FILLED[kind]})" for name, kind in columns if name in names]
    if filled:
        session.execute(f"UPDATE {row.table} SET {', '.join(filled)} WHERE {row.key}::text = %s", [row.id])


@pytest.fixture
def filled(shared_world: World) -> tuple[str, World]:
    """The world with something in every table, and the name of its database."""
    database = connection.settings_dict["NAME"]
    with superuser(database) as session:
        session.execute(
            "INSERT INTO security_casetrace (event_uuid, case_ids, relation, verb, actor_id, position_id, office_id)"
            " SELECT e.uuid, ARRAY[e.case_id], 'lead', 'CASE_VIEW', e.actor_id, e.position_id, e.office_id FROM security_event e"
            " WHERE e.case_id IS NOT NULL LIMIT 1"
        )
    return database, shared_world


def test_without_an_identity_nothing_of_any_column_shows(filled: tuple[str, World]) -> None:
    asked = sweep(*filled, None)
    assert asked.told == ()
    assert len({table for table, _ in asked.columns}) > 30
    assert len(asked.columns) > 400
    assert asked.operators > 1300


@pytest.mark.parametrize("person", PEOPLE)
def test_a_hidden_row_shows_nothing_but_a_known_id(filled: tuple[str, World], person: str) -> None:
    asked = sweep(*filled, person)
    assert asked.told == ()
    assert len(asked.columns) > 300
    assert asked.operators > 600


@pytest.mark.parametrize("function", ["texteq", "starts_with", "timestamptz_lt", "uuid_lt"])
def test_the_sweep_goes_red_when_one_operator_is_leakproof_again(world: World, function: str) -> None:
    database = connection.settings_dict["NAME"]
    check_builtins_closed()
    with superuser(database) as session:
        session.execute(f"ALTER FUNCTION pg_catalog.{function} LEAKPROOF")
    assert sweep(database, world, "blocked", only="referrals_intention").told
    # The gate alone keeps it from those who are not signed in at all.
    assert sweep(database, world, None, only="referrals_intention").told == ()
    with pytest.raises(ImproperlyConfigured, match="around the walls"):
        check_builtins_closed()


def test_the_sweep_goes_red_without_the_gate(world: World) -> None:
    database = connection.settings_dict["NAME"]
    with superuser(database) as session:
        session.execute("DROP POLICY gate ON referrals_intention")
    assert sweep(database, world, None, only="referrals_intention").told


def test_statistics_of_the_own_transaction_are_closed(world: World) -> None:
    for statement in (
        "SELECT * FROM pg_stat_xact_all_tables",
        "SELECT * FROM pg_stat_user_tables",
        "SELECT * FROM pg_stat_user_functions",
        "SELECT * FROM pg_stat_activity",
        "SELECT * FROM pg_locks",
    ):
        with (
            acting_as(world["lead"]),
            connection.cursor() as cursor,
            pytest.raises(Exception, match="denied"),
        ):
            cursor.execute(statement)


TIMED = (
    ("cases_case", "number", "="),
    ("cases_child", "family_name", "starts_with"),
    ("referrals_intention", "result", "="),
    ("referrals_intention", "recorded_at", "<"),
    ("cases_block", "staff_id", "<"),
)


@pytest.mark.parametrize(("table", "column", "operator"), TIMED)
def test_time_tells_nothing(filled: tuple[str, World], table: str, column: str, operator: str) -> None:
    """200 pairs in turns, so that a busy machine slows both. Where the wall was skipped, the other took twenty times as long."""
    database, world = filled
    for person in (None, "blocked"):
        with superuser(database) as session, session.transaction(force_rollback=True):
            kinds: dict[str, str] = dict(session.execute(COLUMNS, [table]).fetchall())
            row = _hidden_row(session, world, person, table, "id")
            assert row is not None
            value = session.execute(f"SELECT {column}::text FROM {table} WHERE id = %s", [row.id]).fetchone()
            assert value is not None
            found = row.pairs(column, kinds[column], value[0], signed_in=person is not None)
            statements = next((one, other) for name, one, other in found if name == operator)
            with asking(session, world, person):
                session.execute(NO_INDEX)
                one, other = _medians(lambda text: session.execute(text.encode()).fetchall(), statements)
        assert max(one, other) < 2 * min(one, other), (person, one, other)


def _medians(run: Callable[[str], Any], statements: tuple[str, str]) -> tuple[float, float]:
    """The middle duration of each of two statements, in seconds."""
    spent: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * PAIRS):
        # Each goes first as often as second.
        for which in (0, 1) if number % 2 else (1, 0):
            begun = time.perf_counter()
            run(statements[which])
            spent[which].append(time.perf_counter() - begun)
    return statistics.median(spent[0]), statistics.median(spent[1])


def test_only_two_functions_look_before_the_wall(filled: tuple[str, World]) -> None:
    with superuser(filled[0]) as session:
        found = session.execute("SELECT proname::text FROM pg_proc WHERE proleakproof ORDER BY 1").fetchall()
    assert [name for (name,) in found] == sorted(LEAKPROOF)
