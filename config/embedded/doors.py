"""An import contract: who comes from outside a room comes in by one of its doors (ADR 38)."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields
from importlinter.application import output

MARKS = ("models", "room", "urls")
"""A package of a wing with one of these is a room. What has none assembles rooms (apps, migrations, commands) or plays a person
who uses them (demo, story), and is bound by no door."""


class Doors(Contract):
    """No room imports a module of another room but those named as doors, nor another's SQL but for its own SQL."""

    wings: Any = fields.ListField(subfield=fields.StringField())
    doors: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every import from one room into another; a graph without rooms breaks the contract too."""
        rooms = {room for module in graph.modules if (room := _room_marked_by(module, self.wings))}
        imports = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if _room_of(importer) in rooms
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if _room_of(imported) in rooms - {_room_of(importer)}
        ]
        wrong = [
            f"{importer} imports {imported}"
            for importer, imported in imports
            if not self._is_door(importer, imported)
        ]
        return ContractCheck(kept=bool(imports) and not wrong, metadata={"wrong": wrong, "rooms": len(rooms)})

    def _is_door(self, importer: str, imported: str) -> bool:
        door = imported.split(".")[2:3]
        return door in [[name] for name in self.doors] or (door == ["walls"] and importer.endswith("walls"))

    def render_broken_contract(self, check: ContractCheck) -> None:
        """What came in by the window."""
        output.print_error(f"{check.metadata['rooms']} rooms. Their doors: {', '.join(self.doors)}.")
        for line in check.metadata["wrong"]:
            output.print_error(f"- {line}")


def _room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _room_marked_by(module: str, wings: list[str]) -> str:
    """The room of which ``module`` is a mark, or ''."""
    parts = module.split(".")
    return _room_of(module) if len(parts) == 3 and parts[0] in wings and parts[2] in MARKS else ""
