"""The table of mutants: small faults, each of which some near test has to find."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LISTS = ("first.toml", "second.toml", "third.toml")


@dataclass(frozen=True)
class Mutant:
    """One fault: in ``file`` the text ``old`` becomes ``new``; ``tests`` are the nearest ones."""

    name: str
    what: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def mutants() -> list[Mutant]:
    """All of them, in the order of the lists."""
    found = []
    for path in LISTS:
        for group in tomllib.loads((HERE / path).read_text(encoding="utf-8"))["group"]:
            for name, what, old, new in group["mutants"]:
                found.append(Mutant(name, what, group["file"], old, new, tuple(group["tests"])))
    return found
