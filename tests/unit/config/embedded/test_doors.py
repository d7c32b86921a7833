"""The import contract of the doors: what it lets in, and what it names."""

import pytest
from grimp import ImportGraph

from config.embedded.doors import Doors

ROOMS = ("cases.records.models", "cases.visits.room", "referrals.consent.urls")


def broken(*imports: tuple[str, str]) -> list[str]:
    """The imports that the contract refuses."""
    graph = ImportGraph()
    for module in {*ROOMS, *(module for pair in imports for module in pair)}:
        graph.add_module(module)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    options = {"wings": ["cases", "referrals"], "doors": ["rules", "models"]}
    check = Doors("doors", {}, options).check(graph, verbose=False)
    assert check.kept == (not check.metadata["wrong"])
    wrong: list[str] = check.metadata["wrong"]
    return wrong


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("cases.visits.views", "cases.records.views.team"),
        ("referrals.consent.rules", "cases.records.walls"),
        ("cases.visits.rules", "cases.records"),
        ("referrals.consent.queries", "cases.visits.hidden"),
    ],
)
def test_no_room_comes_in_by_a_window(importer: str, imported: str) -> None:
    assert broken((importer, imported)) == [f"{importer} imports {imported}"]


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("cases.visits.views", "cases.records.rules"),
        ("cases.records.views.team", "cases.records.hidden"),
        ("referrals.consent.gate_walls", "cases.records.walls"),
        ("cases.apps", "cases.records.hidden"),
        ("referrals.demo.people", "cases.records.hidden"),
    ],
)
def test_doors_the_own_room_sql_and_those_who_assemble_are_free(importer: str, imported: str) -> None:
    assert broken((importer, imported), ("cases.visits.rules", "cases.records.rules")) == []


def test_a_contract_that_finds_no_import_between_rooms_is_broken() -> None:
    options = {"wings": ["nothing"], "doors": ["rules"]}
    assert not Doors("doors", {}, options).check(ImportGraph(), verbose=False).kept
