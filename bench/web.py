"""gunicorn started for a measurement, on a free port of this machine, and ended with it."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.browse import Browser
from config.embedded.postgres import die_with_parent

READY_SECONDS = 60.0
AS_PRODUCT = ("--config", "python:config.server")


@dataclass(frozen=True)
class Web:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int


def start(application: str, folder: Path, environment: dict[str, str], log: Path, *options: str) -> Web:
    """Start ``application`` of the checkout in ``folder`` with its own Python, bound to the life of this process.

    ``options`` are gunicorn's, those of the product if there are none. Output goes to ``log``.
    """
    port = free_port()
    command = [str(folder / ".venv/bin/python"), "-m", "gunicorn", *(options or AS_PRODUCT)]
    command += ["--bind", f"127.0.0.1:{port}", f"{application}:application"]
    return Web(spawn(command, folder, environment, log), port)


def spawn(
    command: list[str], folder: Path, environment: dict[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """A process in ``folder`` that ends with this one."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs while servers are started
        )


def wait_until_ready(web: Web, log: Path, seconds: float = READY_SECONDS) -> None:
    """Until the sign-in page is there. RuntimeError with the end of ``log`` if the server ends or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and web.process.poll() is None:
        try:
            if Browser("127.0.0.1", web.port).get("/sign-in/").status < 500:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the web server does not answer: {log.read_text()[-2000:]}")


@contextmanager
def all_ended() -> Iterator[list[Web]]:
    """What is put into the list is ended with the block."""
    started: list[Web] = []
    try:
        yield started
    finally:
        for web in started:
            end(web.process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and wait."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
