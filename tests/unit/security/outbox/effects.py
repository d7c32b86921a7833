"""An effect for the tests: it says that it has begun, waits to be let go, and leaves one row for each time it was committed."""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from celery.signals import worker_init
from django.db import connection

from security.outbox.effects import effect
from security.outbox.models import Effect
from security.walls import clock


def connect_before_the_fork(**_signal: Any) -> None:
    """As the check of the demo mark does: the worker's first process has used its pool when it forks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


worker_init.connect(connect_before_the_fork)


@effect("test_slow")
def test_slow(payload: dict[str, Any]) -> None:
    """Take effect, slowly enough to be killed meanwhile."""
    folder = Path(os.environ["WORKER_FOLDER"])
    (folder / f"begun-{payload['number']}").touch()
    Effect.objects.create(key=f"ran:{payload['number']}:{uuid.uuid4()}", at=clock.now())
    deadline = time.monotonic() + 20
    while not (folder / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
