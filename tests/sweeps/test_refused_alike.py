"""Who writes a row of a case that they do not see is refused alike, whatever the row names: triggers run before a policy."""

import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection

from agencies.staff.acting import acting_as
from security.walls.apply import declared_tables
from tests.raw import UNDECIDED, refusal
from tests.sweeps.test_explain import superuser
from tests.sweeps.world import World

ROWS = 3
# None: SQL without any identity.
TRIED = (
    ("none", ""), ("none", "RETURNING *"), ("none", "ON CONFLICT DO NOTHING"), ("foreign_police", ""), (None, ""),
)  # fmt: skip
IDS = """
SELECT attname::text FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND atttypid = 'uuid'::regtype AND attname <> 'id'
"""


def variants(row: dict[str, Any], ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The row as it is, and with each id that it names exchanged for one that nothing has."""
    yield "", row
    for name in ids:
        if row.get(name):
            yield name, row | {name: str(uuid.uuid4())}


def told(world: World, person: str | None, tail: str = "") -> tuple[set[str], int]:
    """Which columns of which tables make a difference to the refusal, and how many rows were tried. None: without an identity."""
    database, found, tried = connection.settings_dict["NAME"], set(), 0
    for table in declared_tables():
        if not table.policies or "INSERT" not in table.rights.get("runtime", ""):
            continue
        with superuser(database) as session:
            ids = [name for (name,) in session.execute(IDS, [table.name])]
            if "case_id" not in ids:
                continue
            known = session.execute(f"SELECT to_jsonb(t) FROM {table.name} t LIMIT {ROWS}".encode())
            rows: list[dict[str, Any]] = [row for (row,) in known]
        for row in rows:
            drafts = (row, row | {name: None for name in UNDECIDED if name in row})
            for draft in drafts:
                with acting_as(world[person]) if person else nullcontext():
                    answers = {name: refusal(table.name, one, tail) for name, one in variants(draft, ids)}
                tried += len(answers)
                found |= {f"{table.name}.{name}" for name in answers if answers[name] != answers[""]}
    return found, tried


@pytest.mark.parametrize(("person", "tail"), TRIED)
def test_an_outsider_is_refused_alike(shared_world: World, person: str | None, tail: str) -> None:
    found, tried = told(shared_world, person, tail)
    assert found == set()
    assert tried > 500
