"""Put one fault after another into a copy of the code and see whether the nearest tests find it.

    python -m tests.mutants A1 DM3      these
    python -m tests.mutants --all       all, which takes about an hour on two cores
    python -m tests.mutants             their names

Not part of ``make test``, which looks only whether every fault still fits the code (tests/unit/house/test_mutants.py).
"""

import argparse
import sys

from config.embedded import testing
from config.embedded.place import BASE_DIR
from tests.mutants.table import Mutant, mutants
from tests.mutants.trial import Trial, copy_of, run

FIRST = ["tests/unit/cases/duties"]
"""These run on the code as it is, and make the database that the faults in Python are tried on. Faults in walls get their own."""


def main() -> int:
    """0 where a test found every fault, and passes without it."""
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
        return 0
    testing.start()
    if not without_fault(FIRST).ended_well:
        parser.error(f"{FIRST} fail without any fault")
    tried = []
    for mutant in chosen:
        trial = with_fault(mutant)
        print(f"{mutant.name:6}{trial.verdict}   {mutant.what}", flush=True)
        tried.append(trial)
    rotten = fail_without_fault({trial.found_by for trial in tried if trial.is_killed})
    if rotten:
        print("These fail without any fault and have shown nothing:", *rotten, sep="\n  ")
    return 1 if rotten or not all(trial.is_killed for trial in tried) else 0


def with_fault(mutant: Mutant) -> Trial:
    """Run the nearest tests, until one fails, on a copy that has the fault."""
    with copy_of(BASE_DIR) as copy:
        file = copy / mutant.file
        file.write_text(file.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8")
        return run(copy, ["-x", *mutant.tests], faulty=file, own_server=file.name == "walls.py")


def without_fault(tests: list[str]) -> Trial:
    """Run ``tests`` on the code as it is."""
    with copy_of(BASE_DIR) as copy:
        return run(copy, tests)


def fail_without_fault(tests: set[str]) -> list[str]:
    """Which of ``tests`` fail on the code as it is: what they say of a fault means nothing."""
    if not tests:
        return []
    trial = without_fault(sorted(tests))
    return [failure["test"] for failure in trial.failed] or ([] if trial.ended_well else [trial.verdict])


if __name__ == "__main__":
    sys.exit(main())
