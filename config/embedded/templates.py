"""``make check``: every template says one statement a line, and no line is longer than 120 columns.

A *statement* is a tag that loads, draws or names something; a *condition* opens a branch or a loop. A line holds one
statement, or one condition, or one short condition within another. No formatter was taken: those there are add or
drop the space between inline words, and leave long tags as they are. Japanese text, which has no space at which a line
could be broken, is broken inside a tag (``</ruby`` and ``>`` on the next line).
"""

import re
import sys
from pathlib import Path

from config.embedded.place import BASE_DIR

WIDTH = 120
STATEMENT = re.compile(
    r"{% (?:load|extends|include|ui|uiblock|slot|reason_button|breadcrumb|fact|block)\b|{% (?!with)[^%]*? as \w+ %}| asvar "
)
CONDITION = re.compile(r"{% (?:if|for|with)\b")
WITHIN_A_TAG = re.compile(r"<\w+(?:{%.*?%}|{{.*?}}|[^<>{])*>?")


def faults(source: str) -> list[tuple[int, str]]:
    """The lines of a template that are too long or say too much, each with what is wrong with it."""
    found = []
    for number, line in enumerate(source.splitlines(), 1):
        statements = len(STATEMENT.findall(line))
        conditions = len(CONDITION.findall(WITHIN_A_TAG.sub("", line)))
        if len(line) > WIDTH:
            found.append((number, f"longer than {WIDTH} columns"))
        if statements > 1 or conditions > 2 or (statements and conditions):
            found.append((number, "more than one statement on a line"))
    return found


def main(folder: Path = BASE_DIR / "templates") -> int:
    """Print every fault; the number of them. An empty folder is a fault too."""
    paths = sorted(folder.rglob("*.html"))
    found = [
        f"{path.relative_to(folder.parent)}:{number}: {what}"
        for path in paths
        for number, what in faults(path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found or [f"{len(paths)} templates"]))
    return len(found) or not paths


if __name__ == "__main__":
    sys.exit(min(main(), 1))
