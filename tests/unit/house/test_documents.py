"""What the documents name is there: files, folders, tests, functions, commands and links."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config.embedded.place import BASE_DIR
from desk.story.case_file import TABLES
from tests.unit.config.test_tracked_files import tracked

# Written from outside the tree: what an operator has, and what only a running demo makes
ELSEWHERE = re.compile(r"^(var|\.venv)/|^/|^https?:")
IN_TICKS = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#]+)")
PATH = re.compile(r"[\w.-]+(/[\w.*-]+)+/?|[\w-]+/|[\w.-]+\.(py|md|toml|txt|html|css|js|sql)")
MODULE = re.compile(r"(security|agencies|cases|referrals|desk|face|config|tests)(\.\w+)+")
WALL = re.compile(r"wall\.\w+")
MAKE = re.compile(r"\bmake ([a-z]+)")
MANAGE = re.compile(r"manage\.py (\w+)")
PAPER = re.compile(r"\b[A-Z]{3,}\.md\b")
PROMISE = re.compile(r"\b(promise|test bar) \d+", re.IGNORECASE)
POLICY = "SECURITY" + ".md"  # says how a hole is reported, and explains no code


def documents() -> list[str]:
    """Every page of the documentation."""
    return [path for path in tracked() if path.endswith(".md") and "/vendor/" not in path]


def named(text: str) -> Iterator[tuple[str, str]]:
    """What a page names in code, with its kind."""
    for words in IN_TICKS.findall(text):
        if function := WALL.match(words):
            yield "wall", function[0]
        elif MODULE.fullmatch(words):
            yield "module", words
        elif PATH.fullmatch(words) and not ELSEWHERE.match(words):
            yield "path", words
        yield from (("make", target) for target in MAKE.findall(words))
        yield from (("manage", command) for command in MANAGE.findall(words))


def is_there(kind: str, name: str, page: str) -> bool:
    """Whether what a page names exists."""
    if kind == "path":
        return _is_path(name, page)
    if kind == "module":
        return _is_module(name)
    if kind == "wall":
        return any(re.search(rf"\b{re.escape(name)}\b", text) for text in _walls())
    if kind == "make":
        return (
            re.search(rf"^{name}:|^{name} \w+:|\b{name}\b.*:  ##", _read("Makefile"), re.MULTILINE)
            is not None
        )
    return any(path.endswith(f"management/commands/{name}.py") for path in tracked()) or name in ("check",)


def _is_path(name: str, page: str) -> bool:
    places = [BASE_DIR, (BASE_DIR / page).parent, BASE_DIR / "templates"]
    if any(list(place.glob(name.rstrip("/"))) for place in places):
        return True
    # A file's bare name stands for the same file of every room (`walls.py`), or for a neighbour of the one named before.
    return "/" not in name and any(path.endswith(f"/{name}") for path in tracked())


def _is_module(name: str) -> bool:
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        place = BASE_DIR.joinpath(*parts[:count])
        source = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
        if source.exists():
            return all(
                re.search(rf"\b{part}\b", source.read_text(encoding="utf-8")) for part in parts[count:]
            )
    return False


@cache
def _walls() -> list[str]:
    return [_read(path) for path in tracked() if path.endswith(("walls.py", ".sql"))]


def _read(path: str) -> str:
    return (BASE_DIR / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", documents())
def test_everything_named_is_there(page: str) -> None:
    missing = [name for kind, name in named(_read(page)) if not is_there(kind, name, page)]
    assert missing == []


@pytest.mark.parametrize("page", documents())
def test_every_link_leads_somewhere(page: str) -> None:
    links = [link for link in LINK.findall(_read(page)) if not ELSEWHERE.match(link)]
    assert [link for link in links if not (BASE_DIR / page).parent.joinpath(link).exists()] == []


def test_no_paper_from_outside_the_repository_is_cited() -> None:
    """A reader of the code has the repository alone: the code says the reason, or names a law, a decision or a page of docs/."""
    pages = {Path(page).name for page in documents()}
    read, cited = 0, []
    for path in tracked():
        if not path.endswith((".py", ".sql", ".html", ".md", ".toml", ".css", ".js")) or "/vendor/" in path:
            continue
        read += 1
        named = set(PAPER.findall(_read(path)))
        cited += [f"{path}: {name}" for name in named if name not in pages]
        cited += [path for name in named if name == POLICY and not path.endswith(".md")]
    assert cited == []
    assert read > 500


def test_code_says_what_it_promises_and_not_a_number() -> None:
    """A number has to be looked up. The promises are listed in docs/architecture.md."""
    texts = {path: _read(path) for path in tracked() if path.endswith((".py", ".sql", ".html"))}
    assert [path for path, text in texts.items() if PROMISE.search(text)] == []
    assert len(texts) > 500


NOWHERE = (
    *("`tests/unit/nowhere/`", "`security.walls.nothing`", "`wall.no_such_function`"),
    *("`make nothing`", "`manage.py nothing`"),
)


@pytest.mark.parametrize("words", NOWHERE)
def test_what_is_not_there_is_found(words: str) -> None:
    ((kind, name),) = named(words)
    assert not is_there(kind, name, "docs/architecture.md")


def test_the_storys_page_names_the_fields_of_its_input() -> None:
    rows = re.findall(r"^\| `\[(\w+)\]` \| (.*) \|$", _read("docs/story.md"), re.MULTILINE)
    said = {table: set(IN_TICKS.findall(fields)) for table, fields in rows}
    assert said == {table: set(fields) for table, fields in TABLES.items()}
    example = tomllib.loads(_read("demo/story.toml"))
    assert all(fields.keys() <= said[table] for table, fields in example.items())


def test_decisions_have_a_number_of_their_own_and_say_it() -> None:
    decisions = [path for path in tracked() if path.startswith("docs/adr/")]
    numbers = [int(Path(path).name[:4]) for path in decisions]
    assert numbers == list(range(1, len(numbers) + 1))
    for number, path in zip(numbers, decisions, strict=True):
        assert _read(path).startswith(f"# {number}. "), path
