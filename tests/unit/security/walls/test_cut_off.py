"""kill -9 anywhere in ``migrate``: the next run goes on, and the database is as if nothing had happened."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from config.embedded.place import BASE_DIR
from security.walls.catalogue import drift
from security.walls.states import Executor
from security.walls.versions import check_version
from tests.conftest import drop_database, superuser, use_database

NAME = f"test_cut_off_{os.getpid()}"
APPLIED = "SELECT count(*) FROM django_migrations"
RAISING = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'CREATE %%'"


@pytest.fixture
def empty(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with superuser() as connection:
        connection.execute(f"CREATE DATABASE {NAME} OWNER owner")
    with django_db_blocker.unblock():
        yield NAME
        connections.close_all()
    drop_database(NAME)


def migrating() -> subprocess.Popen[bytes]:
    """``manage.py migrate`` in a process of its own."""
    place = connections.databases["owner"]
    url = f"postgresql://{quote(place['HOST'], safe='')}:{place['PORT']}/{NAME}"
    command = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
    return subprocess.Popen(command, cwd=BASE_DIR, env=os.environ | {"DATABASE_URL": url})


def has_come_to(applied: int) -> bool:
    """Whether so many migrations are applied; -1: whether the walls are being raised."""
    with superuser(NAME) as connection:
        try:
            question = connection.execute(RAISING, [NAME]) if applied < 0 else connection.execute(APPLIED)
        except psycopg.errors.UndefinedTable:
            return False
        (count,) = question.fetchone() or (0,)
        return bool(count >= abs(applied))


def test_a_migration_that_is_killed_goes_on(empty: str) -> None:
    """Killed four times, each time further on: early, in the middle, late, and while the walls are raised."""
    for applied in (1, 10, 20, -1):
        process = migrating()
        while not has_come_to(applied):
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    use_database(NAME)
    call_command("migrate", database="owner", verbosity=0)
    check_version()
    assert drift() == []


def test_a_step_and_its_record_are_one(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django commits a step with indexes before it records it: taken again, it would fail on its own tables."""
    use_database(NAME)
    executor = Executor(connections["owner"])
    record = executor.recorder.record_applied

    def cut_off_at_offices(app: str, name: str) -> None:
        if app == "agencies":
            raise KeyboardInterrupt
        record(app, name)

    monkeypatch.setattr(executor.recorder, "record_applied", cut_off_at_offices)
    with pytest.raises(KeyboardInterrupt):
        executor.migrate(executor.loader.graph.leaf_nodes())
    tables = connections["owner"].introspection.table_names()
    assert "django_migrations" in tables
    assert [table for table in tables if table.startswith("agencies_")] == []
