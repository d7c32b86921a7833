"""What one request leaves on its connection, and what a restart of the database leaves in a pool, harms no later request."""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from config.postgresql.base import close_pools
from tests.conftest import superuser
from tests.sweeps.serving import pools_of

FACTS = """
SELECT current_setting('default_transaction_isolation'), current_setting('default_transaction_read_only'),
  current_setting('transaction_isolation'), current_setting('search_path'), current_setting('role'), session_user::text,
  current_setting('TimeZone'), current_setting('statement_timeout'), current_setting('lock_timeout'),
  current_setting('idle_in_transaction_session_timeout'), coalesce(current_setting('tomoshibi.session', true), ''),
  (SELECT count(*) FROM pg_cursors WHERE is_holdable),
  (SELECT count(*) FROM pg_listening_channels()), (SELECT count(*) FROM pg_prepared_statements WHERE from_sql)
"""
CLEAN = (
    *("read committed", "off", "read committed", '"$user", public', "none", "runtime", "UTC"),
    *("30s", "5s", "1min", "", 0, 0, 0),
)
POISONS = [
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "SET default_transaction_read_only = on",
    "SET default_transaction_isolation = 'serializable'",
    "SET search_path = pg_temp, keys",
    "SET ROLE runtime",
    "SET SESSION AUTHORIZATION runtime",
    "SET TimeZone = 'Asia/Tokyo'",
    "SET statement_timeout = 12345",
    "SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0",
    "SELECT set_config('tomoshibi.session', 'of somebody else', false)",
    "LISTEN anything",
    "DECLARE held CURSOR WITH HOLD FOR SELECT 1",
    "PREPARE mine AS SELECT 1",
    "PREPARE _pg3_0 AS SELECT 'what the next one is answered'",
    "DEALLOCATE ALL",
    "BEGIN; SELECT 1 / 0",
    "BEGIN",
]


@pytest.fixture
def pooled(database: str) -> Iterator[DatabaseWrapper]:
    """``default`` with a pool of one connection."""
    with pools_of(1, wait=10):
        wrapper = connections["default"]
        assert isinstance(wrapper, DatabaseWrapper)
        yield wrapper


def ask(wrapper: DatabaseWrapper, statement: str = FACTS) -> tuple[Any, ...]:
    """One request's question, asked in its transaction; the connection goes back to the pool afterwards."""
    with transaction.atomic(), wrapper.cursor() as cursor:
        cursor.execute(statement)
        row: tuple[Any, ...] = cursor.fetchone()
    wrapper.close()
    return row


@pytest.mark.parametrize("poison", POISONS)
def test_a_connection_comes_back_clean(pooled: DatabaseWrapper, poison: str) -> None:
    assert ask(pooled) == CLEAN
    pooled.ensure_connection()
    with pytest.raises(Exception, match="division") if "/ 0" in poison else pytest.MonkeyPatch.context():
        pooled.connection.execute(poison)
    pooled.close()
    assert [ask(pooled) for _turn in range(5)] == [CLEAN] * 5


@pytest.mark.parametrize(
    "lock", ["pg_advisory_lock(1)", "pg_advisory_lock_shared(2)", "pg_try_advisory_lock(3)"]
)
def test_no_lock_outlives_a_request_since_no_login_takes_one(pooled: DatabaseWrapper, lock: str) -> None:
    """The reset has no advisory lock to release, and may not look for one: each way to take one is closed."""
    pooled.ensure_connection()
    with pytest.raises(Exception, match="permission denied for function"):
        pooled.connection.execute(f"SELECT {lock}")
    pooled.close()
    held = "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = %s"
    with superuser() as connection:  # of this database alone: other tests may migrate one at this moment
        assert connection.execute(held, [pooled.settings_dict["NAME"]]).fetchall() == []
    assert ask(pooled) == CLEAN


def test_prepared_statements_stay_on_a_connection_that_goes_through_the_pool(pooled: DatabaseWrapper) -> None:
    statement = "SELECT count(*), %s::int FROM cases_case"
    for number in range(5):
        with transaction.atomic(), pooled.cursor() as cursor:
            cursor.execute(statement, [number])
        pooled.close()
    found = ask(pooled, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%cases_case%'")
    assert found == (1,)


@pytest.mark.parametrize("within", [False, True], ids=["a transaction", "a savepoint"])
def test_prepared_statements_stay_when_an_act_is_undone(pooled: DatabaseWrapper, within: bool) -> None:
    for number in range(5):
        with transaction.atomic() if within else contextlib.nullcontext(), pooled.cursor() as cursor:
            with contextlib.suppress(KeyError):
                _undone(number)
            cursor.execute("SELECT coalesce(current_setting('tomoshibi.undone', true), '')")
            assert cursor.fetchone() == ("",)
    found = ask(pooled, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%cases_case%'")
    assert found == (1,)


def _undone(number: int) -> None:
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('tomoshibi.undone', 'no', true)")
        cursor.execute("SELECT count(*), %s::int FROM cases_case", [number])
        raise KeyError


def test_a_statement_prepared_under_a_name_of_psycopgs_never_answers(pooled: DatabaseWrapper) -> None:
    """Raw SQL replaces a statement that psycopg has ready by another one: the next request must not run it in its own name."""
    for _turn in range(5):
        assert ask(pooled, "SELECT 'right'") == ("right",)
    pooled.ensure_connection()
    names = pooled.connection.execute("SELECT name FROM pg_prepared_statements").fetchall()
    assert names, "nothing was prepared"
    for (name,) in names:
        pooled.connection.execute(f'DEALLOCATE "{name}"')
        pooled.connection.execute(f"PREPARE \"{name}\" AS SELECT 'wrong'")
    pooled.close()
    assert ask(pooled, "SELECT 'right'") == ("right",)


def test_a_statement_taken_away_fails_once_at_most(pooled: DatabaseWrapper) -> None:
    for _turn in range(5):
        ask(pooled, "SELECT 'right'")
    pooled.ensure_connection()
    for (name,) in pooled.connection.execute("SELECT name FROM pg_prepared_statements").fetchall():
        pooled.connection.execute(f'DEALLOCATE "{name}"')
    pooled.close()
    with pytest.raises(ProgrammingError, match="does not exist"):
        ask(pooled, "SELECT 'right'")
    pooled.close()
    assert ask(pooled, "SELECT 'right'") == ("right",)


def test_a_pool_does_not_cross_a_fork(pooled: DatabaseWrapper) -> None:
    """gunicorn --preload asks the database before it forks; the child gets a pool that works, and so does the parent."""
    assert ask(pooled) == CLEAN
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if ask(pooled) == CLEAN else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ask(pooled) == CLEAN


def test_pools_can_be_closed_at_any_time(pooled: DatabaseWrapper) -> None:
    with pooled.cursor() as cursor:
        close_pools()
        cursor.execute("SELECT 1")
    pooled.close()
    assert ask(pooled) == CLEAN
