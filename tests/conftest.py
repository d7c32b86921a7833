"""Every test with a database begins in a committed copy of a migrated template, as the application's real database roles.

Nothing is mirrored, rolled back or loosened: ``default`` is ``runtime``, ``audit`` is ``scribe``, ``gate`` is ``gate``.
"""

import fcntl
import gc
import itertools
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django import DjangoDbBlocker, Settings

from config.embedded import testing

if TYPE_CHECKING:  # they import models or settings, and are read where Django is ready
    from tests.cast import Cast
    from tests.kept import Kept

TEMPLATE = "test_template"
LONGEST = (
    "tests/simulation/",
    "tests/isolation/",
    "tests/browser/test_story.py",
    "tests/browser/test_counts.py",
    "tests/unit/config/embedded/test_demo.py",
    "tests/sweeps/test_canary.py",
    "tests/unit/bench/",
    "tests/unit/security/walls/test_cut_off.py",
    "tests/unit/config/embedded/test_two_installations.py",
    "tests/unit/referrals/disclosures/test_races.py",
    "tests/unit/security/outbox/test_worker.py",
)
"""What takes longest comes first, so that no process ends alone with it."""
GROUPS = {"world": "world", "shared_world": "world", "made": "office", "big": "office", "worked": "office"}
"""Fixture → the group of those who use it: what is dear to make is made in one process."""
_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run starts the server; xdist's workers find it by the folder's name."""
    testing.forbid_network()
    # How quick the machine is at this moment says nothing about the product.
    hypothesis.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis.load_profile("any machine")
    if not hasattr(config, "workerinput"):
        testing.start()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--shuffle 1``: the tests in another order, the same for the same number, to find one that leans on another."""
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run the tests in the order of this number")


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, or shuffled. What works in the sweeps' world or in a large office goes to the process that makes it."""
    seed = config.getoption("shuffle")
    if seed is None:
        items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    else:
        random.Random(seed).shuffle(items)
    for item in items:
        for name in {GROUPS[name] for name in getattr(item, "fixturenames", ()) if name in GROUPS}:
            item.add_marker(pytest.mark.xdist_group(name))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector of Python looks at it no more, and not after every seven hundred objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have measured is shown with the result: the counts of the jobs (tests/browser/test_counts.py)."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, value in report.user_properties:
            if name == "shown" and report.when == "call":
                terminalreporter.section(report.location[2])
                terminalreporter.write_line(str(value))


@contextmanager
def superuser(database: str = "postgres") -> Iterator[psycopg.Connection]:
    """A superuser's connection: it copies and drops databases, and is the attacker whom no wall stops. No test reads by it."""
    from config.embedded.postgres import Server

    conninfo = Server(testing.server_home(), testing.PASSWORDS["postgres"]).conninfo(dbname=database)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


def use_database(name: str) -> None:
    """Point every alias at ``name``."""
    from django.db import connections

    assert name.startswith("test_")
    connections.close_all()
    for alias in ("default", "audit", "gate", "owner"):
        connections.databases[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def lead_to(name: str) -> None:
    """Every alias points at ``name``; a connection that leads there stays, with what the database has planned for it."""
    from django.db import connections

    # A browser's event loop in this thread has connections of its own: those beside it may still lead elsewhere.
    held = [one.connection for one in connections.all(initialized_only=True) if one.connection]
    if connections["default"].settings_dict["NAME"] != name or any(
        one.closed or one.info.dbname != name for one in held
    ):
        use_database(name)


@pytest.fixture(scope="session")
def template(django_db_blocker: DjangoDbBlocker) -> str:
    """The template database: migrated, walled, with the fixed cast. Made once in a run, whoever comes first."""
    from django.core.management import call_command
    from django.db import connections

    from tests.cast import make_cast

    done = testing.home() / "template.done"
    with (testing.home() / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            with superuser() as connection:
                connection.execute(f"CREATE DATABASE {TEMPLATE} OWNER owner")
            with django_db_blocker.unblock():
                use_database(TEMPLATE)
                call_command("migrate", database="owner", verbosity=0)
                make_cast()
                connections.close_all()
            done.touch()
    return TEMPLATE


def copy_database(template: str, kind: str = "own") -> str:
    """A copy of ``template`` with a new name; ``kind`` stands in the name. File by file, not through the log: twice as quick."""
    name = f"test_{kind}_{os.getpid()}_{next(_numbers)}"
    with superuser() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER owner STRATEGY FILE_COPY")
    return name


def drop_database(name: str) -> None:
    """Drop a database, whoever is still connected."""
    with superuser() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    """Parked forms of one test are not another's, though the people of the cast are the same in every database."""
    settings.PARKED_DIR = tmp_path / "parked"


@contextmanager
def own_copy(template: str, blocker: DjangoDbBlocker) -> Iterator[str]:
    """Every alias points at a fresh copy of ``template``, which is dropped afterwards; its name."""
    from django.db import connections

    name = copy_database(template)
    with blocker.unblock():
        use_database(name)
        yield name
        connections.close_all()
    drop_database(name)


class Copies:
    """Copies of a template, one after the other: the present one is put back as it was, or a new one made."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.present: Kept | None = None

    def renew(self) -> str:
        """Everything is as in the template from now on; the name of the database, to which every alias points."""
        if self.present and not self.present.put_back():
            self.drop()
        if self.present is None:
            self.present = self._copy()
        lead_to(self.present.name)
        return self.present.name

    def _copy(self) -> "Kept":
        from config.embedded.postgres import Server
        from tests.kept import Kept

        name = copy_database(self.template)
        conninfo = Server(testing.server_home(), testing.PASSWORDS["postgres"]).conninfo(dbname=name)
        return Kept(name, psycopg.connect(conninfo, autocommit=True))

    def drop(self) -> None:
        """Remove the present copy."""
        if self.present:
            self.present.close()
            drop_database(self.present.name)
            self.present = None


@pytest.fixture(scope="session")
def _copies(template: str) -> Iterator[Copies]:
    copies = Copies(template)
    yield copies
    copies.drop()


@pytest.fixture
def database(_copies: Copies, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database as if of this test's own; its name."""
    with django_db_blocker.unblock():
        yield _copies.renew()


@pytest.fixture
def cast(database: str) -> "Cast":
    """The fixed cast of offices, people and positions (tests/cast.py)."""
    from tests.cast import Cast

    return Cast.load()


@pytest.fixture
def server(cast: "Cast") -> "Iterator[str]":
    """The application on a free port of this machine, over this test's database; its address."""
    from tests.serve import serving

    with serving() as address:
        yield address
