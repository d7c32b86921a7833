"""The PostgreSQL of one test run: in a folder of its own in memory or the temp dir, gone when the run ends, however it ends."""

import atexit
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from config.embedded import postgres, roles
from config.embedded.accounts import reachable_home
from config.embedded.keeper import keep, release
from config.secret_file import ROLES

HOME = "TOMOSHIBI_TEST_HOME"
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it is this run's own
ROOM = 2 * 1024**3  # bytes; a run uses less than a quarter of it
# Public: the socket lies in a folder only this user can enter, and the data is made up.
PASSWORDS = {role: f"{role}-in-tests" for role in ROLES}


def home() -> Path:
    """The folder of this run. The first process of a run names it, and its workers inherit the name."""
    if HOME not in os.environ:
        os.environ[HOME] = str(roomy_place() / f"tomoshibi-test-{os.getpid()}-{secrets.token_hex(4)}")
    return Path(os.environ[HOME])


def roomy_place(memory: Path = MEMORY) -> Path:
    """``memory`` if there is room, else the temp dir: a copy of a database is nine hundred small files, and they are not kept."""
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return memory
    return Path(tempfile.gettempdir())


def server_home() -> Path:
    """Where the run's server lives: in :func:`home`, unless the server's account cannot enter there."""
    return reachable_home(home() / "postgres")


def start() -> postgres.Server | None:
    """Start the server of this run with its roles, unless DATABASE_URL names one or the run around this one has started it.

    Call it in the first process only.
    """
    folder = home()
    if "DATABASE_URL" in os.environ or folder.exists():
        return None
    folder.mkdir(mode=0o755, parents=True)
    server = postgres.start(server_home(), PASSWORDS["postgres"], durable=False)
    roles.prepare(server.conninfo(), PASSWORDS, tests=True)
    atexit.register(release, keep(server.home, remove=folder))
    return server


def forbid_network() -> None:
    """From now on, connecting to anything but this machine is an error in this process: no test may lean on the outside."""
    sys.addaudithook(_only_this_machine)


def _only_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(
        arguments[1], tuple
    ):  # the address of a unix socket is a string
        return
    host = str(arguments[1][0])
    if not (host in ("localhost", "::1", "") or host.startswith("127.")):
        raise AssertionError(f"a test wanted to reach {host}; tests stay on this machine")
