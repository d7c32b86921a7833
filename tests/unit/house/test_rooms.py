"""The contracts of the imports name every wing and every room, so that a new one cannot stand outside them."""

import tomllib

import pytest

from config.embedded.place import BASE_DIR
from tests.unit.config.test_tracked_files import tracked

# Packages of a wing that are no rooms: Django looks for them there.
NO_ROOMS = {"migrations", "management", "templatetags", "settings", "embedded", "postgresql"}
LINTER = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
FLOORS, *WINGS = LINTER["contracts"]


def packages(inside: str = "") -> set[str]:
    """The packages directly in ``inside`` (the root: the wings)."""
    depth = len(inside.split("/")) if inside else 0
    paths = [path.split("/") for path in tracked() if path.startswith(f"{inside}/" if inside else "")]
    return {path[depth] for path in paths if len(path) > depth + 1 and path[-1].endswith(".py")}


def rooms_named(wing: str) -> set[str]:
    """The rooms in the contract of ``wing``."""
    layers = [layer for one in WINGS if one["containers"] == [wing] for layer in one["layers"]]
    return {room.strip(" ()") for layer in layers for room in layer.split("|")}


def test_every_wing_is_a_floor() -> None:
    assert set(FLOORS["layers"]) == packages() - {"bench", "tests"}
    assert LINTER["root_packages"] == FLOORS["layers"]


@pytest.mark.parametrize("wing", sorted(set(FLOORS["layers"]) - {"config", "face"}))
def test_every_room_stands_in_its_wings_contract(wing: str) -> None:
    assert packages(wing) - NO_ROOMS <= rooms_named(wing)


def test_what_has_no_contract_has_no_rooms() -> None:
    for wing in ("config", "face"):
        assert packages(wing) <= NO_ROOMS
