"""A small process that outlives the process that started a server, and stops the server when that one is gone, even by kill -9.

It holds the reading end of a pipe whose writing end only the starter has: the end of the file is the end of the starter.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from config.embedded import postgres

_held: list[int] = []


def keep(home: Path, *, remove: Path | None = None) -> subprocess.Popen[bytes]:
    """Have the server of ``home`` stopped, and the folder ``remove`` deleted, as soon as this process ends."""
    reading, writing = os.pipe()  # neither end is inherited by other children of ours
    command = [sys.executable, "-m", "config.embedded.keeper", str(home), str(remove or "")]
    process = subprocess.Popen(
        command,
        stdin=reading,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the starter
        cwd=Path(__file__).resolve().parent.parent.parent,
    )
    os.close(reading)
    _held.append(writing)
    return process


def release(process: subprocess.Popen[bytes]) -> None:
    """Let every keeper of this process do its work now, and wait for ``process``."""
    while _held:
        os.close(_held.pop())
    process.wait(timeout=postgres.WAIT_SECONDS)


def main(home: Path, remove: Path | None) -> None:
    """Wait for the starter's end, then stop the server and tidy up."""
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sent, signal.SIG_IGN)
    sys.stdin.buffer.read()
    if remove is None:
        postgres.stop(home)
    else:
        postgres.remove(home)
        shutil.rmtree(remove, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None)
