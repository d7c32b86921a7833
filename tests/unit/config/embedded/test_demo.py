"""The demo's runner: one sentence for what stands in its way, no half state, and nothing left running."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import secret_file
from config.embedded import demo, postgres
from config.embedded.accounts import EmbeddedError, reachable_home
from config.embedded.place import BASE_DIR

READY = re.compile(r"ready http://127\.0\.0\.1:\d+")


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(demo, "VAR", tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ["", "x", "0", "65536", "-1", "80.5", "٣"])
def test_a_wrong_port_is_said(text: str) -> None:
    with pytest.raises(EmbeddedError, match="is not a port number"):
        demo._port(text)


def test_a_busy_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=rf"^Port {port} is in use; choose another with PORT=8001\.$"):
            demo._port(str(port))


def test_a_full_disk_is_said(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 5 * 2**20))
    with pytest.raises(EmbeddedError, match=r"has 5 MB left and the demo needs 500\."):
        demo._check_room()


def test_a_disk_that_fills_up_is_said_whatever_the_step_said(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = (EmbeddedError("migrate failed: HINT"), OSError(28, "No space left on device", "x"))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 2**20))
    for error in errors:
        assert demo._sentence(error) == f"The disk of {var} is full; make room and start again."
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 2**40))
    assert [demo._sentence(error) for error in errors] == [
        "migrate failed: HINT",
        "x cannot be used: No space left on device.",
    ]


def test_a_second_demo_from_the_same_folder_is_refused(var: Path) -> None:
    with (
        demo._only_one(),
        pytest.raises(EmbeddedError, match="runs from this folder already"),
        demo._only_one(),
    ):
        pass
    with demo._only_one():
        pass


def test_data_without_its_secrets_is_not_opened_with_new_ones(var: Path) -> None:
    (var / "postgres" / "data").mkdir(parents=True)
    with pytest.raises(EmbeddedError, match="put it back, or begin anew with RESET=1"):
        demo._secrets(var / "postgres")
    assert not (var / "secrets.json").exists()


def test_beginning_anew_deletes_what_was_made_and_nothing_else(var: Path) -> None:
    for name in ("keys", "broker", "mine"):
        (var / name).mkdir()
    (var / "secrets.json").touch()
    demo._delete(var / "postgres")
    assert [path.name for path in var.iterdir()] == ["mine"]


def in_the_background() -> None:
    """What a shell without a terminal does for ``nohup … &``; SIGTERM is ignored by some service managers' wrappers."""
    for sent in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(sent, signal.SIG_IGN)


class Runner:
    """One run of the demo in a process of its own, with its own ``var``, started in the background."""

    def __init__(self, var: Path, port: int, *options: str) -> None:
        environment = os.environ | {"TOMOSHIBI_VAR": str(var), "PYTHONUNBUFFERED": "1"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "config.embedded.demo", "--port", str(port), *options]
        self.process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=in_the_background,  # noqa: PLW1509 - this test has one thread
        )
        self.lines: list[str] = []

    def read_until(self, wanted: str) -> None:
        """Read its lines up to one that holds ``wanted``."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if wanted in line:
                return
        raise AssertionError(f"{wanted!r} never came: {self.lines}")

    def end(self, sent: signal.Signals) -> int:
        self.process.send_signal(sent)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def long_var() -> Iterator[Path]:
    """A folder more than 100 characters deep, which the server's account can enter."""
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-demo-"))
    folder.chmod(0o755)
    var = folder / ("long path " * 10).strip() / "var"
    yield var
    postgres.remove(reachable_home(var / "postgres"))
    shutil.rmtree(folder)


def processes_of(var: Path) -> dict[int, str]:
    """Living processes that know ``var`` from their environment or their working folder, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            known = str(var).encode() in (entry / "environ").read_bytes() or os.readlink(
                entry / "cwd"
            ).startswith(str(var))
            if entry.name.isdigit() and int(entry.name) != os.getpid() and known:
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


def wait_until_all_ended(var: Path) -> None:
    deadline = time.monotonic() + 60
    while (left := processes_of(var)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == {}


def wait_until_answered(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/static/icon.svg", timeout=10).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_cut_off_anew_ready_stopped_again_and_killed(
    long_var: Path, free_port: int, another_port: int
) -> None:
    cut_off = Runner(long_var, free_port)
    cut_off.read_until("making the database")
    cut_off.end(signal.SIGKILL)
    wait_until_all_ended(long_var)

    first = Runner(long_var, free_port)
    first.read_until("ready ")
    assert "… an earlier start was cut off; beginning anew" in first.lines
    assert READY.fullmatch(first.lines[-1])
    for host in ("127.0.0.1", "localhost"):
        with urllib.request.urlopen(f"http://{host}:{free_port}/static/icon.svg", timeout=10) as answer:
            assert answer.status == 200
    first.process.send_signal(signal.SIGHUP)  # ignored when it began: its terminal may close
    beside = Runner(long_var, another_port, "--beside")
    beside.read_until("ready ")
    assert beside.end(signal.SIGTERM) == 0
    web = min(pid for pid, command in processes_of(long_var).items() if "gunicorn" in command)
    os.kill(web, signal.SIGKILL)
    wait_until_answered(free_port)
    assert first.end(signal.SIGINT) == 0
    wait_until_all_ended(long_var)

    second = Runner(long_var, free_port)
    second.read_until("ready ")
    # What takes its time is not done again. A stopwatch would say how busy the machine is.
    assert not any(word in line for line in second.lines for word in ("database", "key file", "fictional"))
    second.end(signal.SIGKILL)
    wait_until_all_ended(long_var)

    # Of an earlier version, and cut off while it is upgraded: the next start goes on and nothing is lost.
    made = people_of(long_var)
    (long_var / "fingerprint").write_text("an earlier version")
    third = Runner(long_var, free_port)
    third.read_until("upgrading the database; what it holds stays")
    third.end(signal.SIGKILL)
    wait_until_all_ended(long_var)
    fourth = Runner(long_var, free_port)
    fourth.read_until("ready ")
    assert "… upgrading the database; what it holds stays" in fourth.lines
    assert fourth.end(signal.SIGINT) == 0
    wait_until_all_ended(long_var)
    assert people_of(long_var) == made > 10

    by_hand(long_var, "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY")
    assert "not as they were raised (altered: table cases_case; 1 in all)" in refused(long_var, free_port)
    by_hand(
        long_var, "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0999_later', now())"
    )
    assert "upgraded by a newer version (cases.0999_later is not known here)" in refused(long_var, free_port)


def by_hand(var: Path, statement: str) -> int:
    """The number of rows that a superuser's statement meets in a demo that does not run."""
    home = reachable_home(var / "postgres")
    server = postgres.start(home, secret_file.read(var / "secrets.json", {})["postgres"])
    with psycopg.connect(server.conninfo("tomoshibi")) as connection:
        count = connection.execute(statement.encode()).rowcount
    postgres.stop(home)
    return count


def people_of(var: Path) -> int:
    return by_hand(var, "SELECT 1 FROM agencies_staff")


def refused(var: Path, port: int) -> str:
    """The one sentence of a start that is refused."""
    run = Runner(var, port)
    assert run.process.stdout is not None
    *steps, said = (line.strip() for line in run.process.stdout)
    assert all(step.startswith("… ") for step in steps)
    assert run.end(signal.SIGINT) == 1
    return said


def a_free_port() -> int:
    """Below the ports that the system hands out by itself: nobody else is given it while no demo listens."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


free_port = pytest.fixture(a_free_port, name="free_port")
another_port = pytest.fixture(a_free_port, name="another_port")
