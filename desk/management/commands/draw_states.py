"""``manage.py draw_states [--check]``: the rooms, the state machines and the articles of law, drawn from the code itself."""

import ast
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desk.management.law import law
from security.rooms import modules

WINGS = ("config", "desk", "referrals", "cases", "agencies", "security", "face")
MACHINES = (
    ("Case", "cases.records.rules", "STAGES"),
    ("Notification filed by another office", "cases.intake.rules", "STATES"),
    ("Item of a conference", "cases.conferences.codes", "ITEM_MOVES"),
    ("Time limit", "cases.clocks.rules", "STATES"),
)
NOTE = "<!-- Drawn by `manage.py draw_states` from the code; do not edit. -->\n\n"


class Command(BaseCommand):
    """Writes three pages; with ``--check`` it only compares and fails on a difference."""

    help = "Draw rooms, state machines and the articles of law into docs/."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare instead of writing")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.PROJECT_DIR)
        drawn = {"generated/rooms.md": rooms(), "generated/states.md": states(), "law.md": law(root, NOTE)}
        stale = []
        for name, text in drawn.items():
            path = root / "docs" / name
            if options["check"]:
                if not path.exists() or path.read_text(encoding="utf-8") != text:
                    stale.append(name)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        if stale:
            raise CommandError(f"docs/ is behind the code ({', '.join(stale)}): run manage.py draw_states")


def states() -> str:
    """Every state machine as a drawing: states are the codes stored in the database."""
    parts = [NOTE, "# State machines\n"]
    for title, module, name in (*MACHINES, *_tables_of_moves()):
        table: Mapping[str, tuple[str, ...]] = getattr(import_module(module), name)
        parts.append(f"\n## {title}\n\nFrom `{module}.{name}`.\n\n```mermaid\nstateDiagram-v2\n")
        first = next(iter(table))
        parts.append(f"    [*] --> {first}\n")
        for state, following in table.items():
            parts += [f"    {_code(state)} --> {_code(after)}\n" for after in following]
            if not following:
                parts.append(f"    {_code(state)} --> [*]\n")
        parts.append("```\n")
    return "".join(parts)


def _tables_of_moves() -> Iterator[tuple[str, str, str]]:
    """The table ``MOVES`` of every room that has one in its codes."""
    for module in modules("codes"):
        if hasattr(import_module(module), "MOVES"):
            yield module.removesuffix(".codes"), module, "MOVES"


def _code(state: object) -> str:
    return str(getattr(state, "value", state))


def rooms() -> str:
    """Rooms and what each imports, a drawing for every wing; arrows go down."""
    arrows = sorted(set(_arrows(Path(settings.PROJECT_DIR))))
    names = sorted({end for arrow in arrows for end in arrow})
    parts = [NOTE, "# Rooms\n\nEach wing with what its rooms import.\n"]
    for wing in WINGS:
        inside = [name for name in names if _wing(name) == wing]
        if inside:
            parts.append(f"\n## {wing}\n\n```mermaid\nflowchart TB\n    subgraph {wing}\n")
            parts += [f"        {_node(name)}[{name.split('.', 1)[-1]}]\n" for name in inside]
            parts.append("    end\n")
            for importer, imports in groupby(arrows, key=itemgetter(0)):
                if importer in inside:
                    parts.append(
                        f"    {_node(importer)} --> {' & '.join(_node(imported) for _, imported in imports)}\n"
                    )
            parts.append("```\n")
    return "".join(parts)


def _arrows(root: Path) -> Iterator[tuple[str, str]]:
    known = {
        f"{wing}.{path.name}"
        for wing in WINGS
        for path in (root / wing).iterdir()
        if (path / "__init__.py").exists()
    }
    for wing in WINGS:
        for path in sorted((root / wing).rglob("*.py")):
            importer = _room(path.relative_to(root).with_suffix("").as_posix().replace("/", "."), known)
            for imported in _imports(path):
                room = _room(imported, known)
                if room and importer and room != importer and _wing(room) in WINGS:
                    yield importer, room


def _room(module: str, known: set[str]) -> str:
    """``cases.records.models`` → ``cases.records``; a module straight in a wing counts as the wing."""
    parts = module.split(".")
    two = ".".join(parts[:2])
    if two in known and parts[1] not in ("migrations", "management"):
        return two
    return parts[0] if parts[0] in WINGS and len(parts) > 1 else ""


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _wing(room: str) -> str:
    return room.split(".", 1)[0]


def _node(name: str) -> str:
    return name.replace(".", "_")
