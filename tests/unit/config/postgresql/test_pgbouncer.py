"""Behind PgBouncer in transaction mode, with the settings of docs/deploy.md: a database session serves somebody else next."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded import postgres, testing
from config.embedded.accounts import choose_account
from config.embedded.place import BASE_DIR
from config.embedded.testing import PASSWORDS
from tests.unit.config.postgresql.test_base import CLEAN, FACTS, POISONS
from tests.unit.config.test_server import gunicorn, status_of

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SETTINGS = (
    "pool_mode = transaction",
    "auth_type = scram-sha-256",
    "server_reset_query = DISCARD ALL",
    "server_reset_query_always = 1",
)
pytestmark = pytest.mark.skipif(
    PROGRAM is None and not os.environ.get("REQUIRE_PGBOUNCER"), reason="PgBouncer is not installed"
)


@pytest.fixture
def bouncer() -> Iterator[Path]:
    """PgBouncer before the tests' server, with one session of each login to share; the folder of its socket."""
    server = postgres.Server(testing.server_home(), "")
    account = choose_account(server.home)
    with tempfile.TemporaryDirectory(prefix="bouncer-") as name:
        folder = Path(name)
        users = "".join(f'"{role}" "{PASSWORDS[role]}"\n' for role in ("runtime", "scribe", "gate"))
        (folder / "users.txt").write_text(users)
        own = ("listen_port = 6432", f"unix_socket_dir = {folder}", f"auth_file = {folder / 'users.txt'}")
        lines = ["[databases]", f"* = host={server.sockets} port={postgres.PORT}", "[pgbouncer]"]
        lines += [*own, *SETTINGS, "default_pool_size = 1"]
        (folder / "pgbouncer.ini").write_text("\n".join(lines))
        if account.switch:
            for path in (folder, *folder.iterdir()):
                os.chown(path, account.uid, account.gid)
        process = subprocess.Popen(
            [str(PROGRAM), str(folder / "pgbouncer.ini")],
            stderr=subprocess.PIPE,
            text=True,
            **account.spawn_options(),
        )
        assert process.stderr is not None
        assert any("process up" in line for line in process.stderr)
        yield folder
        process.terminate()
        process.communicate(timeout=120)


def test_the_settings_are_the_documented_ones() -> None:
    page = (BASE_DIR / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert all(line in page for line in SETTINGS)


@pytest.mark.usefixtures("cast")
def test_pages_come_through_it(database: str, tmp_path: Path, bouncer: Path) -> None:
    more = {"SERVED_HOST": str(bouncer), "SERVED_PORT": "6432", "TOMOSHIBI_POOLER": "pgbouncer"}
    with gunicorn(tmp_path, database, **more):
        assert [status_of(tmp_path) for _request in range(12)] == [200] * 12


@pytest.mark.parametrize("poison", [poison for poison in POISONS if not poison.startswith("BEGIN")])
def test_what_one_leaves_on_a_session_the_next_does_not_find(
    database: str, bouncer: Path, poison: str
) -> None:
    place = f"host={bouncer} port=6432 user=runtime password={PASSWORDS['runtime']} dbname={database}"
    with (
        psycopg.connect(place, autocommit=True) as one,
        psycopg.connect(place, autocommit=True, prepare_threshold=None) as other,
    ):
        assert other.execute(FACTS).fetchone() == CLEAN
        one.execute(poison)
        assert other.execute(FACTS).fetchone() == CLEAN
