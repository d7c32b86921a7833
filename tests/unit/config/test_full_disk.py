"""The disk fills up while ``migrate`` runs: one sentence says what to do, the next run goes on, and nothing stored is lost.

A test cannot fill a disk. The kernel refuses every write past a size of the server's files instead, its log's first of all,
and the server ends as it does on a full disk.
"""

import os
import resource
import signal
import subprocess
import sys
from urllib.parse import quote

import psycopg

from config.embedded import postgres
from config.embedded.place import BASE_DIR
from config.embedded.roles import DATABASE

MEGABYTE = 2**20
LOG = "SELECT file_offset FROM pg_walfile_name_offset(pg_current_wal_insert_lsn())"
APPLIED = "SELECT count(*) FROM django_migrations"
MIGRATE = ("migrate", "--database", "owner", "--verbosity", "0")
STORED = "SELECT count(*), sum(length(text)) FROM kept"


def manage(server: postgres.Server, *words: str) -> tuple[int, str]:
    """``manage.py`` on the database of ``server``: its exit code and what it said."""
    url = f"postgresql://{quote(str(server.sockets), safe='')}:{postgres.PORT}/{DATABASE}"
    command = [sys.executable, "manage.py", *words]
    environ = os.environ | {"DATABASE_URL": url}
    done = subprocess.run(command, cwd=BASE_DIR, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def start(server: postgres.Server, room: int = resource.RLIM_INFINITY) -> None:
    """Start the server; no file of it grows beyond ``room`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        postgres.start(server.home, server.password, durable=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def ask(server: postgres.Server, question: str, database: str = DATABASE) -> tuple[int, ...]:
    with psycopg.connect(server.conninfo(database), autocommit=True) as connection:
        return tuple(map(int, connection.execute(question).fetchone() or ()))


def test_the_disk_is_full_in_the_middle_of_migrate(empty_cluster: postgres.Server) -> None:
    server = empty_cluster
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute("SELECT pg_switch_wal()")  # a file of it is made whole, and its end would be near
        connection.execute(
            "CREATE TABLE kept AS SELECT repeat('x', n) AS text FROM generate_series(1, 500) n"
        )
    (end,) = ask(server, LOG)
    postgres.stop(server.home)
    start(server, room=end + MEGABYTE)
    code, said = manage(server, *MIGRATE)
    assert (code, said.count("\n")) == (1, 1), said
    assert "its disk has room, and run migrate again" in said
    # It tries to go on for as long as it finds no room, or has given up. These processes are told of none any more.
    running = server.data / "postmaster.pid"
    if running.exists():
        os.kill(int(running.read_text().split("\n", 1)[0]), signal.SIGKILL)
    start(server)
    assert ask(server, STORED, "postgres") == (500, 125_250)
    (applied,) = ask(server, APPLIED)
    assert manage(server, *MIGRATE) == (0, "")
    assert 0 < applied < ask(server, APPLIED)[0], "it was to be in the middle"
    assert manage(server, "walls", "--check") == (0, "")
