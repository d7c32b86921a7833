"""One run of tests on a copy of the code, and what it says: a fault was found, was not found, or the run itself broke."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.embedded import testing
from tests.mutants.seen import FAULTY, REPORT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "node_modules", "__pycache__", ".*_cache")
SECONDS = 900


@dataclass(frozen=True)
class Trial:
    """What the run said. ``broken`` is why it says nothing about the fault ("" where it says something)."""

    failed: list[dict[str, Any]] = field(default_factory=list)
    broken: str = ""

    @property
    def is_killed(self) -> bool:
        """An assertion of a test failed."""
        return not self.broken and bool(self.failed)

    @property
    def ended_well(self) -> bool:
        """Every test passed."""
        return not self.broken and not self.failed

    @property
    def found_by(self) -> str:
        """The test that found the fault."""
        return str(self.failed[0]["test"])

    @property
    def verdict(self) -> str:
        """In words."""
        if self.broken:
            return f"broken: {self.broken}"
        return f"killed by {self.found_by} ({self.failed[0]['why']})" if self.failed else "survived"


@contextmanager
def copy_of(code: Path) -> Iterator[Path]:
    """A copy of the code without what was made of it."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder, "code").resolve()
        shutil.copytree(code, copy, ignore=LEFT_OUT)
        yield copy


def run(copy: Path, words: list[str], *, faulty: Path | None = None, own_server: bool = False) -> Trial:
    """Run pytest in ``copy``; ``own_server``: on a database of its own, not on the one that this process has started."""
    report = copy.parent / "report.json"
    environment = {
        name: value for name, value in os.environ.items() if not (own_server and name == testing.HOME)
    }
    environment |= {REPORT: str(report), FAULTY: str(faulty or "")}
    options = ["-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-p", "tests.mutants.seen"]
    try:
        done = subprocess.run(
            [sys.executable, *options, *words],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Trial(broken=f"not done after {SECONDS} seconds")
    if not report.exists():
        return Trial(broken=f"pytest did not run: {done.stdout[-500:]}{done.stderr[-500:]}")
    return judged(json.loads(report.read_text(encoding="utf-8")), done.returncode)


def judged(report: dict[str, Any], code: int) -> Trial:
    """What a report of the plugin, and pytest's exit code, say about the fault."""
    failed = report["failed"]
    if other := [failure for failure in failed if not failure["says_so"]]:
        return Trial(failed, f"{other[0]['test']} raised {other[0]['why']}")
    if not report["ran"] or not report["was_read"]:
        return Trial(failed, "no test ran" if not report["ran"] else "no test reads the faulty file")
    if code != bool(failed):
        return Trial(failed, f"pytest ended with {code}")
    return Trial(failed)
