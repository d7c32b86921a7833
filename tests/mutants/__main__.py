"""Put one fault after another into a copy of the code and see whether the nearest tests find it.

    python -m tests.mutants A1 DM3      these
    python -m tests.mutants --all       all, which takes about an hour on two cores
    python -m tests.mutants             their names

Not part of ``make test``, which looks only whether every fault still fits the code (tests/unit/house/test_mutants.py).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from config.embedded.place import BASE_DIR
from tests.mutants.table import Mutant, mutants

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "node_modules", "__pycache__", ".*_cache")
FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)
SECONDS = 900


def main() -> int:
    """0 where every fault was found and none that nobody can see."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    known = {mutant.name: mutant for mutant in mutants()}
    if unknown := set(options.names) - set(known):
        parser.error(f"no such mutant: {', '.join(sorted(unknown))}")
    chosen = list(known.values()) if options.all else [known[name] for name in options.names]
    if not chosen:
        print("\n".join(f"{mutant.name:6}{mutant.file}: {mutant.what}" for mutant in known.values()))
    wrong = 0
    for mutant in chosen:
        verdict = tried(mutant)
        expected = "survived" if mutant.equal else "killed"
        wrong += not verdict.startswith(expected)
        print(f"{mutant.name:6}{verdict}   {mutant.what}", flush=True)
    return 1 if wrong else 0


def tried(mutant: Mutant) -> str:
    """What became of it: killed, by which test; survived; or broken, where the tests could not run at all."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder, "code")
        shutil.copytree(BASE_DIR, copy, ignore=LEFT_OUT)
        file = copy / mutant.file
        file.write_text(file.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8")
        # The tests of the copy start a database of their own.
        environment = {name: value for name, value in os.environ.items() if name != "TOMOSHIBI_TEST_HOME"}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *mutant.tests],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    if done.returncode == 0:
        return "survived"
    if found := FAILED.search(done.stdout):
        return f"killed by {found[1].split('::', 1)[-1]}"
    return f"broken: {done.stdout[-500:]}{done.stderr[-500:]}"


if __name__ == "__main__":
    sys.exit(main())
