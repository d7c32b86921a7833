"""The names of ``names.txt`` and ``near.txt``, and docs/generated/names.md: which different names are found as one.

``python -m tests.unit.security.search.corpus`` writes that page again.
"""

import re
from pathlib import Path

from config.embedded.place import BASE_DIR
from security.search.names import name_key

PAGE = BASE_DIR / "docs/generated/names.md"
_ESCAPE = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")

Pairs = list[tuple[str, str]]


def _read() -> dict[str, list[str]]:
    """Section → its lines."""
    sections: dict[str, list[str]] = {}
    folder = Path(__file__).parent
    for line in "".join((folder / name).read_text() for name in ("names.txt", "near.txt")).splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            section.append(_ESCAPE.sub(lambda found: chr(int(found[1][1:], 16)), line))
    return sections


def _pairs(lines: list[str]) -> Pairs:
    """The first name of each line with each other one of it."""
    names = [line.split(" = ") for line in lines]
    return [(first, other) for first, *others in names for other in others]


_SECTIONS = _read()
FAMILY, GIVEN = (" ".join(_SECTIONS[section]).split() for section in ("family", "given"))
SAME, DIFFERENT, SHARED = (_pairs(_SECTIONS[section]) for section in ("same", "different", "shared"))


def document() -> str:
    """The page as the rules are now."""
    near = [*DIFFERENT, *SHARED]
    alike = [(one, two) for one, two in near if name_key(one) == name_key(two)]
    found = sum(name_key(one) == name_key(two) for one, two in SAME)
    lines = [
        "# Names that are found as one",
        "",
        "<!-- Written by `python -m tests.unit.security.search.corpus`; do not edit. -->",
        "",
        f"Of {len(SAME)} pairs of one name written in two ways, {found} are found. Of {len(near)} near pairs of two names,",
        f"these {len(alike)} share a search key: both are shown, and the reader tells them apart. Stored names stay as typed.",
        "",
        "| Name | Other name | Key of both |",
        "|---|---|---|",
    ]
    lines += [f"| {one} | {two} | {name_key(one)} |" for one, two in alike]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(document())
