"""Where the story runs: a server that is given, or one of its own on a free port for as long as the story takes."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

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
    command = [sys.executable, "-m", "config.embedded.demo", "--beside", "--port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=settings.PROJECT_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for the story, which ends it
    )
    try:
        _wait(process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[str]") -> None:
    """Until the server says that it is ready; what it says instead is the reason why the story cannot be told."""
    line = ""
    for line in process.stdout or ():
        if line.startswith("ready "):
            return
    raise CommandError(line.strip() or _("The server could not be started; run make demo first."))
