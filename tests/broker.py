"""A broker in a folder, as the demo has it: what the relay hands out, written down as messages."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from kombu.connection import Connection

from config.celery import app
from security.outbox.relay import relay


def make_broker(folder: Path) -> None:
    """An empty broker in ``folder``."""
    for name in ("queue", "control"):
        (folder / name).mkdir(parents=True)


def relay_into(folder: Path, now: datetime) -> int:
    """Hand every row that is due at ``now`` to the broker in ``folder``; how many."""
    queue = str(folder / "queue")
    options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}
    connect: Callable[..., Any] = Connection  # kombu's own hints are unfinished
    with connect("filesystem://", transport_options=options) as broker:
        return relay(now, lambda name, row: app.send_task(name, [row], connection=broker, ignore_result=True))
