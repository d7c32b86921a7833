"""The processes of the demo: started together, watched, and all ended together, however the runner ends."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.embedded.accounts import EmbeddedError
from config.embedded.place import BASE_DIR
from config.embedded.postgres import die_with_parent

# Enough for requests under way. A worker killed in mid-task costs nothing: the outbox sends again what no effect has marked.
GRACE_SECONDS = 3
# What config/wsgi.py puts before the sentence that says why it does not start.
SENTENCE = "tomoshibi: "


_asked_to_end: list[int] = []


def end_soon(sent: int, _frame: FrameType | None) -> None:
    """The handler of Ctrl-C and its like: KeyboardInterrupt at once, and again at the next :func:`go_on`.

    Once is not enough: an exception that comes while Python forks is printed and forgotten.
    """
    _asked_to_end.append(sent)
    raise KeyboardInterrupt


def go_on() -> None:
    """Raise KeyboardInterrupt if this process has been asked to end."""
    if _asked_to_end:
        raise KeyboardInterrupt


@dataclass
class Child:
    """One process of the demo. Its output goes to ``log``; each has a process group of its own, so that Ctrl-C in the
    terminal reaches the runner alone, which ends the others in order."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    # Its standard output goes to the terminal: a long step tells how far it is.
    shows: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it, bound to the life of this process; what a killed one left behind goes first (it may hold the port)."""
        self.signal_group(signal.SIGKILL)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=None if self.shows else log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the runner has one thread
            )

    def is_running(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def signal_group(self, sent: signal.Signals) -> None:
        """Send a signal to it and to whatever it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sent)

    def last_line(self) -> str:
        """Why it did not start: the last line of ours in its log, else its last line."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        ours = [line.removeprefix(SENTENCE) for line in lines if line.startswith(SENTENCE)]
        return (ours or lines or [""])[-1]


def stop_all(children: list[Child]) -> None:
    """Ask all of them to end, wait, and end the rest by force."""
    for child in children:
        # To the process alone: a worker that loses its pool before it ends takes that for a crash.
        if child.process is not None and child.is_running():
            child.process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while any(child.is_running() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in children:
        # Also after a clean end: nothing a child started may stay behind.
        child.signal_group(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()


def run(child: Child) -> None:
    """Run one step to its end; EmbeddedError with the last line of its log if it fails."""
    try:
        child.start()
        code = _wait(child)
    finally:
        child.signal_group(signal.SIGKILL)
    if code != 0:
        raise EmbeddedError(f"{child.name} failed: {child.last_line()} (all of it is in {child.log})")


def _wait(child: Child) -> int:
    while child.process is not None:
        go_on()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.process.wait(timeout=0.2)
    raise EmbeddedError(f"{child.name} did not start.")


def manage(*arguments: str) -> list[str]:
    """The command line of one management command."""
    return [sys.executable, str(BASE_DIR / "manage.py"), *arguments]
