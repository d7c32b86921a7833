"""Somebody else's row and one that does not exist are answered by the same statements, one by one, so time tells nothing."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connections

from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import ARGUMENTS, NAMES, client_of, path_of
from tests.sweeps.world import World

# Whoever held a grant on the case knows that it exists; the log of their denial names what they held.
OUTSIDERS = ("stranger", "stranger_director", "none", "foreign_police", "school2")
IDS = {
    name: [argument for argument in ARGUMENTS[name] if argument not in ("act", "day", "night", "paper")]
    for name in NAMES
}


def statements(world: World, relation: str, method: str, path: str) -> list[str]:
    """Every statement of one request on every connection, in order, without its parameters."""
    asked: list[str] = []

    def note(execute: Any, statement: Any, *rest: Any) -> Any:
        asked.append(str(statement))
        return execute(statement, *rest)

    with ExitStack() as watched:
        for alias in ("default", "audit", "gate"):
            watched.enter_context(connections[alias].execute_wrapper(note))
        assert client_of(world, relation).generic(method, path).status_code == 404
    return asked


def pairs(world: World, name: str) -> Iterator[tuple[str, str, str]]:
    """Who asks, an address of something that is not theirs, and the same address of nothing."""
    nothing: dict[str, object] = {argument: uuid.uuid4() for argument in IDS[name]} | (
        {"name": uuid.uuid4().hex} if "name" in IDS[name] else {}
    )
    row = ROWS[name]
    for relation in OUTSIDERS:
        if relation not in (row.get or frozenset()) | (row.post or frozenset()):
            yield relation, path_of(name, world), path_of(name, world, **nothing)
    beside = {key: value for key, value in nothing.items() if key != "case_id"}
    if "case_id" in IDS[name] and beside:  # one's own case, with a row of another case
        own = {"case_id": world.foreign.pk}
        yield "stranger", path_of(name, world, **own), path_of(name, world, **own | beside)


@pytest.mark.parametrize("name", [name for name in NAMES if IDS[name]])
def test_the_same_statements_for_a_foreign_row_and_for_none(shared_world: World, name: str) -> None:
    row, compared = ROWS[name], 0
    for relation, foreign, missing in pairs(shared_world, name):
        for method in [
            method for method, there in (("GET", row.get), ("POST", row.post)) if there is not None
        ]:
            client_of(shared_world, relation).generic(method, missing)
            asked = [statements(shared_world, relation, method, path) for path in (foreign, missing)]
            assert asked[0] == asked[1], (relation, method)
            compared += len(asked[0])
    assert compared > 0
