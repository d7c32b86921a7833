"""A real gunicorn with the product's own settings: it serves however it is started, or says in one sentence why it does not."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded.check import PRODUCTION
from config.embedded.place import BASE_DIR
from tests.conftest import superuser

ADDRESS = "s.gunicorn"


class Unix(http.client.HTTPConnection):
    """HTTP over the socket file of a test's gunicorn: no port that another test could take."""

    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=60)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(str(self.path))


def status_of(folder: Path, path: str = "/sign-in/") -> int:
    caller = Unix(folder / ADDRESS)
    try:
        caller.request("GET", path)
        answer = caller.getresponse()
        answer.read()
        return answer.status
    finally:
        caller.close()


def environment_of(database: str, **more: str) -> dict[str, str]:
    settings = "tests.unit.config.served_settings"
    return os.environ | {"DJANGO_SETTINGS_MODULE": settings, "SERVED_DATABASE": database} | more


@contextmanager
def gunicorn(folder: Path, database: str, *options: str, **more: str) -> Iterator[list[str]]:
    """gunicorn with config/server.py, listening on a socket in ``folder``; gives what it says until it listens or ends."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.server", *options]
    command += ["--log-level", "info", "--bind", f"unix:{folder / ADDRESS}", "config.wsgi:application"]
    environment = environment_of(database, **more)
    process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = []
    try:
        for line in process.stderr:
            said.append(line)
            if "Listening at" in line:
                break
        yield said
    finally:
        process.terminate()
        process.communicate(timeout=120)  # gunicorn itself gives its workers thirty seconds


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("options", [(), ("--preload",)], ids=["each worker loads", "preload"])
def test_pages_come_from_every_worker(database: str, tmp_path: Path, options: tuple[str, ...]) -> None:
    with gunicorn(tmp_path, database, *options):
        assert [status_of(tmp_path) for _request in range(12)] == [200] * 12


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"TOMOSHIBI_PROCESS": "owner"}, "The web server runs without TOMOSHIBI_PROCESS"),
        ({"TOMOSHIBI_PROCESS": "worker"}, "The web server runs without TOMOSHIBI_PROCESS"),
        (
            {"TOMOSHIBI_WEB_PROCESSES": "60", "TOMOSHIBI_WEB_MACHINES": "60"},
            "60 web processes of 2 threads and 3 job",
        ),
    ],
)
def test_it_says_why_it_does_not_start(
    database: str, tmp_path: Path, more: dict[str, str], sentence: str
) -> None:
    with gunicorn(tmp_path, database, "--preload", **more) as said:
        ours = [line.removeprefix("tomoshibi: ") for line in said if line.startswith("tomoshibi: ")]
    assert len(ours) == 1
    assert ours[0].startswith(sentence)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "TOMOSHIBI_PASSWORD_OWNER",
            "x",
            "A web process must not hold the password of the database role owner",
        ),
        ("DATABASE_URL", "", "DATABASE_URL must look like postgresql://host:5432/tomoshibi."),
    ],
)
@pytest.mark.parametrize(
    "command", [["manage.py", "check"], ["-c", "import config.wsgi"]], ids=["check", "web"]
)
def test_settings_that_are_refused_are_said_in_one_sentence(
    command: list[str], name: str, value: str, sentence: str
) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=BASE_DIR,
        env=os.environ | PRODUCTION | {name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.startswith(f"tomoshibi: {sentence}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.usefixtures("cast")
def test_all_threads_busy_stay_within_the_budget(database: str, tmp_path: Path) -> None:
    """Under load from many callers the server holds no more connections than the budget says."""
    from concurrent.futures import ThreadPoolExecutor

    with gunicorn(tmp_path, database), ThreadPoolExecutor(16) as callers:
        answers = list(callers.map(lambda _number: status_of(tmp_path), range(100)))
        with superuser() as connection:
            held = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [database]
            ).fetchone()
    assert answers == [200] * 100
    assert held is not None
    assert 0 < held[0] <= 2 * (3 + 3 + 2)
