"""Every moment and signature of every table has a guard, and raw SQL forges none: not the past, not the future, not a name."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.db import Error, connection, transaction

from agencies.staff.acting import acting_as
from security.walls.apply import FRAMEWORK_TABLES, declared_moments, declared_tables
from security.walls.moments import HAPPENED, NOW, POST
from tests.rights import every_column
from tests.sweeps.test_pg_class import ask
from tests.sweeps.world import World

PAST, FUTURE = "1999-01-01T00:00:00Z", "2035-01-01T00:00:00Z"
# What the application may write as it pleases, and why that forges nothing.
FREE = {"security_session": "signed, and no wall reads it"}
# Typed anew while a draft is a draft; a decided one stays.
OF_DRAFTS = {"referrals_disclosure.due_at", "referrals_exceptionrequest.expires_at"}

WRITABLE = r"""
SELECT a.attname::text FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.atttypid IN ('timestamptz'::regtype, 'date'::regtype) OR a.attname ~ '_(by|person)_id$')
  AND (has_column_privilege('runtime', a.attrelid, a.attnum, 'INSERT')
       OR has_column_privilege('runtime', a.attrelid, a.attnum, 'UPDATE'))
"""
TRIGGERS = "SELECT tgname::text FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O' AND NOT tgisinternal"
COLUMNS = (
    "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
)


def test_every_moment_and_signature_has_a_guard(database: str) -> None:
    guards, seen = declared_moments(), 0
    for table in declared_tables():
        if table in FRAMEWORK_TABLES or table.name in FREE:
            continue
        columns = {column for (column,) in ask(WRITABLE, table.name)}
        missing = columns - guards.get(table.name, {}).keys()
        assert not missing, f"{table.name}: name a guard for {missing} (security/walls/moments.py)"
        seen += len(columns)
    assert seen >= 100


def test_every_guard_is_up(database: str) -> None:
    seen = 0
    for name, columns in declared_moments().items():
        triggers = {trigger for (trigger,) in ask(TRIGGERS, name)}
        assert columns.keys() <= {column for (column,) in ask(COLUMNS, name)}, name
        for column, guard in columns.items():
            wanted = guard.removeprefix("trigger ") if guard.startswith("trigger ") else "a_moments"
            assert wanted in triggers, f"{name}.{column}: {guard}"
            seen += 1
    assert seen >= 85


def forgeries(world: World, column: str) -> Iterator[Any]:
    """Values that would be lies in a column."""
    if column.endswith("_id"):
        person = "person" in column
        yield world.cast.other_section.staff_id if person else world.cast.other_section.pk
    else:
        yield from (PAST, FUTURE)


def changed_to(name: str, column: str, value: Any, case: Any) -> int | None:
    """How many rows of the case hold ``value`` after an UPDATE that wrote it; None where it was refused."""
    with transaction.atomic(), connection.cursor() as cursor:
        of_case = "id" if name == "cases_case" else "case_id"
        try:
            with transaction.atomic():
                cursor.execute(f"UPDATE {name} SET {column} = %s WHERE {of_case} = %s", [value, case])
        except Error:
            return None
        cursor.execute(f"SELECT count(*) FROM {name} WHERE {of_case} = %s AND {column} = %s", [case, value])
        held: int = cursor.fetchone()[0]
        transaction.set_rollback(True)
        return held


def of_cases() -> list[str]:
    """The guarded tables whose rows belong to a case."""
    found = [name for name in declared_moments() if ("case_id",) in ask(COLUMNS, name)]
    return ["cases_case", *found]


@pytest.mark.parametrize("rights", [nullcontext, every_column], ids=["as it is", "triggers alone"])
@pytest.mark.parametrize("who", ["caseworker", "director"])
def test_no_moment_or_name_is_forged_afterwards(
    world: World, who: str, rights: Callable[[str], AbstractContextManager[None]]
) -> None:
    tried = 0
    for name in of_cases():
        with rights(name):
            for column in declared_moments()[name]:
                if f"{name}.{column}" in OF_DRAFTS:
                    continue
                for value in forgeries(world, column):
                    with acting_as(world.cast.positions[who]):
                        held = changed_to(name, column, value, world.case.pk)
                    assert not held, f"{name}.{column} = {value}"
                    tried += 1
    assert tried >= 90


def copied(name: str, forged: dict[str, Any], case: Any) -> dict[str, Any]:
    """Insert a further row like one of the case, but for what is ``forged``; what then stands in these columns. Rolled back."""
    columns = [column for (column,) in ask(COLUMNS, name)]
    chosen = [
        "gen_random_uuid()" if column == "id" else "%s" if column in forged else column for column in columns
    ]
    values = [forged[column] for column in columns if column in forged]
    statement = (
        f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(chosen)} FROM {name} WHERE case_id = %s"
        f" ORDER BY id LIMIT 1 RETURNING {', '.join(forged)}"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [*values, case])
        (row,) = cursor.fetchall()
        transaction.set_rollback(True)
    return dict(zip(forged, row, strict=True))


STAMPED = (
    "cases_notification", "cases_safetycheck", "cases_consentanswer", "cases_termstand",
    "cases_progressentry",
)  # fmt: skip


@pytest.mark.parametrize("who", ["caseworker", "director"])
@pytest.mark.parametrize("name", STAMPED)
def test_a_row_comes_at_its_own_time_in_its_own_name(world: World, name: str, who: str) -> None:
    by, guards = world.cast.positions[who], declared_moments()[name]
    for moment in (PAST, FUTURE):
        lies: dict[str, Any] = {column: moment for column, guard in guards.items() if guard == NOW}
        lies |= {column: world.cast.other_section.pk for column, guard in guards.items() if guard == POST}
        with acting_as(by):
            stands = copied(name, lies, world.case.pk)
            with connection.cursor() as cursor:
                cursor.execute("SELECT now(), clock_timestamp()")
                begun, now = cursor.fetchone()
        for column, value in stands.items():
            assert value == by.pk if guards[column] == POST else begun <= value <= now, column
    for column in (column for column, guard in guards.items() if guard == HAPPENED):
        with acting_as(by), pytest.raises(Error, match="has not come yet"):
            copied(name, {column: FUTURE}, world.case.pk)
