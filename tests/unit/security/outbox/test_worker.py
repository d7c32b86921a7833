"""A real worker on a real broker, killed in mid-task, with the broker wiped: each effect happens exactly once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.acting import acting_as
from config.embedded.place import BASE_DIR
from security.outbox.models import Effect, Outbox
from tests.broker import make_broker, relay_into
from tests.cast import Cast, as_role
from tests.unit.security.outbox.rows import to_send


def until(condition: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for ``condition``, no longer than needed; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Place:
    """One test's broker folder, and time that the test moves on by itself."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.now = folder, timezone.now()
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.unit.security.outbox.worker_settings",
            "WORKER_DATABASE": database,
            "WORKER_FOLDER": str(folder),
        }
        self.make_broker()

    def make_broker(self) -> None:
        """A new, empty broker."""
        for name in ("queue", "control"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        make_broker(self.folder)

    def relay(self) -> int:
        """Send everything that is not done, hours later than the last time."""
        self.now += timedelta(hours=2)
        return relay_into(self.folder, self.now)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker in a process group of its own, as in the demo; killed at the end."""
        command = [
            sys.executable,
            "-m",
            "celery",
            "--app",
            "config",
            "--quiet",
            "worker",
            "--pool",
            "prefork",
        ]
        command += [
            "--concurrency",
            "2",
            "--loglevel",
            "ERROR",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=BASE_DIR, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(autouse=True)
def _is_the_worker(database: str) -> Iterator[None]:
    with as_role("worker"):
        yield


@pytest.fixture
def place(tmp_path: Path, database: str) -> Place:
    return Place(tmp_path, database)


def _is_done() -> bool:
    return not Outbox.objects.filter(done_at=None).exists()


def test_killed_in_mid_task_with_the_broker_wiped_each_effect_happens_once(place: Place) -> None:
    numbers = range(12)
    for number in numbers:
        to_send("test_slow", {"number": number})
    for _round in range(4):
        for begun in place.folder.glob("begun-*"):
            begun.unlink()
        (place.folder / "go").unlink(missing_ok=True)
        with place.worker():
            place.relay()
            until(lambda: any(place.folder.glob("begun-*")))
        assert not Effect.objects.exists()
        place.make_broker()
    (place.folder / "go").touch()
    with place.worker():
        while not _is_done():
            place.relay()
            place.relay()  # twice: duplicates are what a broker does
            until(lambda: _is_done() or not any((place.folder / "queue").iterdir()))
    ran = Counter(
        key.split(":")[1]
        for key in Effect.objects.filter(key__startswith="ran:").values_list("key", flat=True)
    )
    assert ran == {str(number): 1 for number in numbers}


def test_a_notice_becomes_one_mail_with_the_reference_only(place: Place, cast: Cast) -> None:
    with as_role("runtime"), acting_as(cast.caseworker):
        tell([cast.supervisor.pk], NoticeKind.DECISION_WAITING, "KITA-2026-0001", "/cases/secret/", cause="a")
    (place.folder / "mail").touch()  # the mail server is down: its folder is a file
    with place.worker():
        place.relay()
        until(lambda: not any((place.folder / "queue").iterdir()))
        until(lambda: "FileExistsError" in (place.folder / "worker.log").read_text())
        assert not _is_done()
        (place.folder / "mail").unlink()
        place.relay()
        place.relay()
        until(_is_done)
        until(lambda: not any((place.folder / "queue").iterdir()))
    (mail,) = (place.folder / "mail").glob("*.eml")
    from email import message_from_bytes, policy

    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert message["To"] == "supervisor@example.invalid"
    said = f"{message['Subject']} {message.get_content()}"
    assert "KITA-2026-0001" in said
    for unsaid in ("secret", "cases", "職員", "supervisor"):
        assert unsaid not in said
