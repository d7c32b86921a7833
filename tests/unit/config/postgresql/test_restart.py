"""PostgreSQL restarts, or is killed, under pools full of connections: the first request after it is back is served."""

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from config.embedded import postgres, roles
from config.embedded.testing import PASSWORDS
from config.postgresql.base import close_pools
from config.settings.databases import LOGINS, databases

IDLE = LOGINS["web"]["default"][1]
"""Connections that wait in the pool: as many as it holds."""


@pytest.fixture
def home() -> Iterator[Path]:
    """A server of this test's own, with roles and an empty database."""
    with tempfile.TemporaryDirectory(prefix="tomoshibi-pg-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "server"
        roles.prepare(start(home).conninfo(), PASSWORDS)
        yield home
        close_pools()
        postgres.remove(home)


def start(home: Path) -> postgres.Server:
    return postgres.start(home, PASSWORDS["postgres"], durable=False)


def kill(home: Path) -> None:
    """As a machine without memory does: every process of it, with no time to say goodbye."""
    deadline = time.monotonic() + 30
    while left := postgres._processes_in((home / "data").resolve()):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert time.monotonic() < deadline


def crash(home: Path) -> None:
    """One backend dies; PostgreSQL ends all others and recovers by itself."""
    with psycopg.connect(start(home).conninfo()) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(10)")


@pytest.fixture
def wrapper(home: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[DatabaseWrapper]:
    """The product's ``default`` over that server, its pool full of idle connections."""
    place = {
        "HOST": str(postgres.Server(home.resolve(), "").sockets),
        "PORT": "5432",
        "NAME": roles.DATABASE,
    }
    wrapper = ConnectionHandler(databases(place, PASSWORDS))["default"]
    assert isinstance(wrapper, DatabaseWrapper)
    with django_db_blocker.unblock():
        assert answers(wrapper)
        for one in [wrapper.pool.getconn(timeout=30) for _number in range(IDLE)]:
            wrapper.pool.putconn(one)
        yield wrapper
        wrapper.close()


def answers(wrapper: DatabaseWrapper) -> bool:
    """One request: its connection goes back to the pool at its end, however it ends."""
    try:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT true")
            return bool(cursor.fetchone()[0])
    finally:
        wrapper.close()


@pytest.mark.parametrize("end", [kill, crash, postgres.stop])
def test_the_first_request_after_it_is_back_is_served(
    home: Path, wrapper: DatabaseWrapper, end: Callable[[Path], None]
) -> None:
    end(home)
    start(home)
    assert answers(wrapper)
    assert answers(wrapper)


def test_a_request_while_it_is_away_is_refused_and_the_next_one_is_served(
    home: Path, wrapper: DatabaseWrapper
) -> None:
    kill(home)
    with pytest.raises(OperationalError):
        answers(wrapper)
    start(home)
    assert answers(wrapper)
