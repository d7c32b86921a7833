"""What must never be in the repository, and what the lists of packages must not name."""

import re
import subprocess
from functools import cache

import pytest

from config.embedded.place import BASE_DIR

PRIVATE = re.compile(
    r"(^|/)(var|\.venv)/|\.(pem|key|p12|pfx|mo|sqlite3|dump|pyc|jpe?g|gif|webp|heic|mp4|mov)$|(^|/)(secrets|root)\.json$|(^|/)\.env"
)
KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
LOCKED = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[A-Za-z0-9_.+-]+ \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


@cache
def tracked() -> list[str]:
    """The paths git tracks; skipped where this is no checkout (a released archive)."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for path in listing.stdout.split("\0") if path]


def test_no_private_or_made_file_is_tracked() -> None:
    assert [path for path in tracked() if PRIVATE.search(path)] == []


def test_no_file_holds_a_private_key() -> None:
    paths = [BASE_DIR / path for path in tracked()]
    assert [path for path in paths if path.is_file() and KEY.search(path.read_bytes())] == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_a_lock_names_versions_and_hashes_and_nothing_else(name: str) -> None:
    lines = (BASE_DIR / "requirements" / f"{name}.txt").read_text().splitlines()
    # No index address, no link folder, no path, no header with the command that made it.
    notes = ("", "# The following packages are considered to be unsafe in a requirements file:")
    assert [x for x in lines if not (LOCKED.fullmatch(x) or HASH.fullmatch(x) or x in notes)] == []


def test_dev_is_locked_to_the_versions_of_base() -> None:
    base, dev = (
        {
            line.split(" ")[0]
            for line in (BASE_DIR / "requirements" / f"{name}.txt").read_text().splitlines()
            if "==" in line
        }
        for name in ("base", "dev")
    )
    assert base <= dev
