"""Taking the database, or the place of the access log, away from the application and giving it back. As superuser."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg

from config.embedded import testing
from config.embedded.postgres import Server


def _superuser(statement: str) -> None:
    conninfo = Server(testing.server_home(), testing.PASSWORDS["postgres"]).conninfo()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(statement)


def kill_backends(database: str, role: str = "%") -> None:
    """End every connection to ``database`` (of ``role``), in the middle of whatever it does."""
    _superuser(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}' AND usename LIKE '{role}'"
    )


@contextmanager
def database_away(database: str) -> Iterator[None]:
    """No connection to ``database`` lives, and none can be made."""
    _superuser(f"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false")
    kill_backends(database)
    try:
        yield
    finally:
        _superuser(f"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS true")


@contextmanager
def scribe_cannot_connect(database: str) -> Iterator[None]:
    """The access log's own login is refused."""
    _superuser(f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")
    _superuser(f"GRANT CONNECT ON DATABASE {database} TO runtime, gate, owner")
    kill_backends(database, "scribe")
    try:
        yield
    finally:
        _superuser(f"GRANT CONNECT ON DATABASE {database} TO PUBLIC")


@contextmanager
def access_log_refused(database: str) -> Iterator[None]:
    """The scribe is there, but its rows are refused."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT ON security_event FROM scribe")
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("GRANT INSERT ON security_event TO scribe")


ACCESS_LOG_AWAY: tuple[Callable[[str], AbstractContextManager[None]], ...] = (
    scribe_cannot_connect,
    access_log_refused,
)


def wait_for_lock(database: str) -> None:
    """Return once somebody waits for a lock in ``database``."""
    conninfo = Server(testing.server_home(), testing.PASSWORDS["postgres"]).conninfo()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for _turn in range(20_000):
            found = connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", [database]
            ).fetchone()
            if found:
                return
    raise TimeoutError("nobody waits")
