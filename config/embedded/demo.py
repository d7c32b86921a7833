"""``make demo``: prepare everything this checkout needs, run it on loopback, and end all of it with Ctrl-C.

State under ``var/``: ``postgres`` (data), ``secrets.json``, ``keys``, ``broker``, ``log``. The file ``building`` is there
from the first step to the end of the seeding: a run that finds it starts again, so that a killed run leaves no half demo.
``fingerprint`` names the code that the database was last migrated for; while it is the same, a start migrates nothing.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from config import secret_file
from config.embedded import postgres, roles
from config.embedded.accounts import EmbeddedError, reachable_home
from config.embedded.catalogues import compile_catalogues
from config.embedded.children import Child, end_soon, go_on, manage, run, stop_all
from config.embedded.keeper import keep, release
from config.embedded.place import BASE_DIR, VAR

WINGS = ("face", "security", "agencies", "cases", "referrals", "desk", "config", "demo")
FREE_BYTES = 500 * 1024 * 1024
FULL_BYTES = 16 * 1024 * 1024
READY_SECONDS = 60
MADE = (
    "keys",
    "broker",
    "mail",
    "parked",
    "static",
    "log",
    "log.last",
    "secrets.json",
    "fingerprint",
    "building",
)


class AlreadyRunsError(EmbeddedError):
    """Another demo runs over the same data."""


def main() -> int:
    """Run the demo until it is told to end; the exit code."""
    parser = argparse.ArgumentParser(description="Prepare and run the demo.")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--reset", action="store_true", help="delete the demo's data and begin anew")
    parser.add_argument(
        "--beside",
        action="store_true",
        help="end with the process that started this; where a demo runs from here, add one web server to it",
    )
    options = parser.parse_args()
    # A shell without a terminal starts what runs in the background with Ctrl-C ignored; a signal that is sent is meant.
    for sent in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sent, end_soon)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: it continues when the terminal closes
        signal.signal(signal.SIGHUP, end_soon)
    if "MAKELEVEL" in os.environ or options.beside:
        postgres.die_with_parent()
    try:
        port = _port(options.port)
        try:
            with _only_one():
                _run(port, options.reset)
        except AlreadyRunsError:
            if not options.beside:
                raise
            _serve_beside(port)
    except (EmbeddedError, secret_file.SecretFileError, OSError) as error:
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the data stays", flush=True)
    return 0


def _run(port: int, reset: bool) -> None:
    if "DATABASE_URL" in os.environ:
        raise EmbeddedError("The demo brings its own database; unset DATABASE_URL.")
    _check_room()
    home = reachable_home(VAR / "postgres")
    _put_logs_aside()
    if reset or (VAR / "building").exists():
        say("deleting the old demo" if reset else "an earlier start was cut off; beginning anew")
        _delete(home)
    secrets = _secrets(home)
    say("starting PostgreSQL")
    server = postgres.start(home, secrets["postgres"])
    keeper = keep(home)
    children: list[Child] = []
    try:
        _prepare(server, secrets)
        children = _children(port)
        say("starting web server, worker and beat")
        web, *others = children
        web.start()
        _wait_until_ready(web, port)
        for child in others:  # not earlier: on a small machine they would keep the first page waiting
            child.start()
        print(f"ready http://127.0.0.1:{port}", flush=True)
        _watch(children, port, server, secrets["postgres"])
    finally:
        # A second Ctrl-C must not leave half of it running.
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sent, signal.SIG_IGN)
        stop_all(children)
        release(keeper)


def _serve_beside(port: int) -> None:
    """A further web server over the database of the demo that runs already."""
    web = _children(port)[0]
    web.log = VAR / "log" / f"web.{port}.log"
    try:
        web.start()
        _wait_until_ready(web, port)
        print(f"ready http://127.0.0.1:{port}", flush=True)
        while web.is_running():
            go_on()
            time.sleep(0.2)
    finally:
        stop_all([web])


def say(step: str) -> None:
    """One line of progress."""
    go_on()
    print(f"… {step}", flush=True)


# --- Before anything is made ---------------------------------------------------------------------------------------------


@contextmanager
def _only_one() -> Iterator[None]:
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        handle = os.open(VAR / "demo.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EmbeddedError(f"The folder {VAR} cannot be used: {error.strerror}.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise AlreadyRunsError(
            "A demo runs from this folder already; end it with Ctrl-C where it was started."
        ) from None
    try:
        yield
    finally:
        os.close(handle)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 65535:
        raise EmbeddedError(f"PORT={text} is not a port number.")
    for family, address in _addresses(int(text)):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except PermissionError:
                raise EmbeddedError(
                    f"Port {text} may not be used by this user; choose another with PORT=8001."
                ) from None
            except OSError:
                raise EmbeddedError(f"Port {text} is in use; choose another with PORT=8001.") from None
    return int(text)


def _addresses(port: int) -> list[tuple[int, tuple[str, int]]]:
    """Both addresses that ``localhost`` may mean, as far as this machine has them."""
    found: list[tuple[int, tuple[str, int]]] = [(socket.AF_INET, ("127.0.0.1", port))]
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        found.append((socket.AF_INET6, ("::1", port)))
    except OSError:
        pass
    return found


def _sentence(error: Exception) -> str:
    """What to tell. A full disk is named as such, at whichever step it was found."""
    if VAR.exists() and shutil.disk_usage(VAR).free < FULL_BYTES:
        return f"The disk of {VAR} is full; make room and start again."
    if isinstance(error, OSError):
        return f"{error.filename or VAR} cannot be used: {error.strerror or type(error).__name__}."
    return str(error)


def _check_room() -> None:
    free = shutil.disk_usage(VAR).free
    if free < FREE_BYTES:
        raise EmbeddedError(
            f"The disk of {VAR} has {free // 2**20} MB left and the demo needs {FREE_BYTES // 2**20}."
        )


def _put_logs_aside() -> None:
    """The logs of the last run are kept apart from those of this one."""
    if (VAR / "log").exists():
        shutil.rmtree(VAR / "log.last", ignore_errors=True)
        (VAR / "log").rename(VAR / "log.last")


def _delete(home: Path) -> None:
    # The mark goes last: a deletion that is cut off is then taken up again.
    (VAR / "building").touch()
    if home.exists():
        postgres.remove(home)
    for name in MADE:
        path = VAR / name
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()


def _secrets(home: Path) -> dict[str, str]:
    path = VAR / "secrets.json"
    if (home / "data").exists() and not path.exists():
        raise EmbeddedError(
            f"The demo's data is there and {path} is gone; put it back, or begin anew with RESET=1."
        )
    return secret_file.make_once(path)


# --- Preparing -----------------------------------------------------------------------------------------------------------


def _prepare(server: postgres.Server, secrets: dict[str, str]) -> None:
    building = VAR / "building"
    is_new = not _is_there(server, "SELECT 1 FROM pg_database WHERE datname = %s", "postgres", roles.DATABASE)
    if is_new:
        building.touch()
    compile_catalogues()
    # The months of the access log are made ahead, so a new month counts as a change.
    fingerprint = f"{_fingerprint()} {datetime.now(UTC):%Y-%m}"
    known = VAR / "fingerprint"
    if is_new or not known.exists() or known.read_text() != fingerprint:
        known.unlink(missing_ok=True)
        roles.prepare(server.conninfo(), secrets)
        say("making the database and its walls" if is_new else "upgrading the database; what it holds stays")
        _manage("migrate", "--database", "owner", "--verbosity", "0", "--no-input")
        # The demo's cases have a past of some months, which the access log has too.
        _manage("make_access_log_months", "--back", "24")
        _make_key()
        _seed(server)
        known.write_text(fingerprint)
    elif not _key_file().exists():
        raise EmbeddedError(
            f"The key file {_key_file()} is missing; put its backup back, or begin anew with RESET=1."
        )
    building.unlink(missing_ok=True)


def _key_file() -> Path:
    return Path(os.environ.get("TOMOSHIBI_KEY_FILE", VAR / "keys" / "root.json"))


def _make_key() -> None:
    """Make the key file where there is none; the command itself refuses over data that an older key has written."""
    if not _key_file().exists():
        say("making the key file")
        _manage("make_key")


def _seed(server: postgres.Server) -> None:
    if _is_there(server, "SELECT 1 FROM security_mark WHERE demo", roles.DATABASE):
        return
    if _is_there(server, "SELECT 1 WHERE pg_relation_size('agencies_staff') > 0", roles.DATABASE):
        raise EmbeddedError(
            "This database holds people and is not marked as a demo; the demo does not touch it."
        )
    say("writing the fictional offices, people and cases")
    _manage("seed_demo", shows=True)


def _is_there(server: postgres.Server, question: str, database: str, *values: str) -> bool:
    with psycopg.connect(server.conninfo(database)) as connection:
        return connection.execute(question.encode(), values).fetchone() is not None


def _fingerprint() -> str:
    """A digest of all code and of the installed packages' list."""
    digest = hashlib.sha256((BASE_DIR / "requirements" / "base.txt").read_bytes())
    for wing in WINGS:
        for path in sorted((BASE_DIR / wing).rglob("*")):
            if path.suffix in (".py", ".sql", ".toml") and path.is_file():
                digest.update(f"{path.relative_to(BASE_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _manage(*arguments: str, shows: bool = False) -> None:
    run(Child(arguments[0], manage(*arguments), _environment(), VAR / "log" / "prepare.log", shows=shows))


def _environment(**more: str) -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "PYTHONUNBUFFERED": "1"} | more


# --- Running -------------------------------------------------------------------------------------------------------------


def _children(port: int) -> list[Child]:
    for folder in ("broker/queue", "broker/control", "mail", "parked", "static"):
        (VAR / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    log = VAR / "log"
    web = [sys.executable, "-m", "gunicorn", "--config", "python:config.server", "config.wsgi:application"]
    for family, (address, _port_number) in _addresses(port):
        web += ["--bind", f"[{address}]:{port}" if family == socket.AF_INET6 else f"{address}:{port}"]
    celery = [sys.executable, "-m", "celery", "--app", "config", "--quiet"]
    worker = [*celery, "worker", "--pool", "prefork", "--concurrency", "1", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""]
    # Jobs move ids and codes; the worker that runs them holds no root key and has a login of its own (ADR 10).
    jobs = _environment(TOMOSHIBI_PROCESS="worker")
    return [
        Child("web server", web, _environment(), log / "web.log"),
        Child("worker", worker, jobs, log / "worker.log"),
        Child("beat", beat, jobs, log / "beat.log"),
    ]


def _wait_until_ready(web: Child, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        go_on()
        if not web.is_running():
            raise EmbeddedError(
                f"The web server did not start: {web.last_line()} (all of it is in {web.log})"
            )
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise EmbeddedError(f"The web server does not answer; see {web.log}.")


def _watch(children: list[Child], port: int, server: postgres.Server, password: str) -> None:
    """Until the end: what ends is started again, as a service manager would do; the database first."""
    while True:
        go_on()
        time.sleep(1)
        try:
            postgres.start(server.home, password)
        except EmbeddedError as error:
            print(error, file=sys.stderr, flush=True)
        for child in children:
            if not child.is_running():
                child.start()
                if child is children[0]:
                    _wait_until_ready(child, port)


if __name__ == "__main__":
    sys.exit(main())
