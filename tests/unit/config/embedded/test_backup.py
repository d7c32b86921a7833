"""A backup is worth what comes back from it: the documented commands, as ``backup``, into an empty cluster (docs/deploy.md)."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from config.embedded import postgres, roles, testing
from config.embedded.accounts import binaries, choose_account
from config.embedded.place import BASE_DIR
from config.embedded.testing import PASSWORDS
from security.walls.raising import raise_walls
from tests.cast import CHILD, Cast, a_case
from tests.sweeps.wire import ask, cookies_of

DUMP_DATA = "pg_dump --username=backup --format=custom --exclude-schema=keys --file=data.dump tomoshibi"
DUMP_KEYS = "pg_dump --username=backup --format=custom --schema=keys --file=keys.dump tomoshibi"
RESTORE = "pg_restore --username=postgres --exit-on-error --dbname=tomoshibi {}"


def run(line: str, server: postgres.Server, database: str, folder: Path) -> None:
    """A documented line with the wheel's programs, over the socket of ``server``. It must say nothing at all."""
    program, *words = line.replace("tomoshibi", database).split()
    user = next(word.removeprefix("--username=") for word in words if word.startswith("--username="))
    done = subprocess.run(
        [binaries(choose_account(server.home)) / program, f"--host={server.sockets}", *words],
        cwd=folder,
        env={**os.environ, "PGPASSWORD": PASSWORDS[user]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), line


def backed_up(database: str, folder: Path) -> None:
    server = postgres.Server(testing.server_home(), "")
    for line in (DUMP_DATA, DUMP_KEYS):
        run(line, server, database, folder)


@contextmanager
def moved_to(server: postgres.Server) -> Iterator[None]:
    """The application's logins over another cluster."""
    aliases = ("default", "audit", "gate", "owner")
    held = {
        alias: (connections[alias].settings_dict["HOST"], connections[alias].settings_dict["NAME"])
        for alias in aliases
    }
    _point({alias: (str(server.sockets), roles.DATABASE) for alias in aliases})
    try:
        yield
    finally:
        _point(held)


def _point(places: dict[str, tuple[str, str]]) -> None:
    connections.close_all()
    for alias, (host, name) in places.items():
        connections.databases[alias] |= {"HOST": host, "NAME": name}
        connections[alias].settings_dict |= {"HOST": host, "NAME": name}


def test_the_documented_lines_are_the_tried_ones() -> None:
    page = (BASE_DIR / "docs" / "deploy.md").read_text()
    for line in (DUMP_DATA, DUMP_KEYS, RESTORE.format("data.dump"), RESTORE.format("keys.dump")):
        assert line in page


def test_an_office_comes_back_whole_and_without_its_keys_unreadable(
    cast: Cast, database: str, empty_cluster: postgres.Server, tmp_path: Path
) -> None:
    case = a_case(cast)
    page = f"/cases/{case.pk}/"
    backed_up(database, tmp_path)
    before = ask(page, cookies_of(cast.caseworker))
    assert CHILD.family_name in before.text

    run(RESTORE.format("data.dump"), empty_cluster, roles.DATABASE, tmp_path)
    with moved_to(empty_cluster):
        unreadable = ask(page, cookies_of(cast.caseworker))
        assert (unreadable.status, CHILD.family_name in unreadable.text) == (500, False)
    run(RESTORE.format("keys.dump"), empty_cluster, roles.DATABASE, tmp_path)
    with moved_to(empty_cluster):
        raise_walls()
        answer = ask(page, cookies_of(cast.caseworker))
        assert answer.status == 200
        assert CHILD.family_name in answer.text
        assert ask(page, cookies_of(cast.stranger)).status == 404
        another = a_case(cast)
        assert another.number != case.number
        assert ask(f"/cases/{another.pk}/", cookies_of(cast.caseworker)).status == 200


@pytest.mark.parametrize("role", ["runtime", "scribe", "gate", "worker", "sealer"])
def test_no_login_makes_a_large_object_that_would_stop_the_dump(database: str, role: str) -> None:
    server = postgres.Server(testing.server_home(), "")
    with psycopg.connect(server.conninfo(database, role, PASSWORDS[role])) as connection:
        for statement in (
            "lo_from_bytea(0, '\\x00')",
            "lo_create(0)",
            "lo_creat(-1)",
            "lo_open(1, 131072)",
            "loread(0, 1)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"SELECT {statement}")
