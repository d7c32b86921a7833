"""Where the story runs: a server that is given, or one of its own on a free port for as long as the story takes."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

START_SECONDS = 60
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@contextmanager
def server(url: str) -> Iterator[str]:
    """The base address of the server to use. A started one is stopped at the end, whatever happens."""
    if url:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise CommandError(
                _("The story talks to a demo server on this machine only (http://127.0.0.1:port).")
            )
        yield url.rstrip("/")
        return
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "config.wsgi",
    ]
    process = subprocess.Popen(
        command, cwd=settings.PROJECT_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(base: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise CommandError(_("The server could not be started; run make demo first."))
        try:
            urllib.request.urlopen(base + "/demo/", timeout=2).close()  # noqa: S310 - loopback
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise CommandError(_("The server did not answer in time."))
