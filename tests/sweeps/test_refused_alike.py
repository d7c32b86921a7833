"""Who writes a row of a case that they do not see is refused alike, whatever the row names: triggers run before a policy."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection

from agencies.staff.acting import acting_as
from security.walls.apply import declared_tables
from tests.raw import UNDECIDED, refusal
from tests.sweeps.test_explain import superuser
from tests.sweeps.world import World

ROWS = 3
# Rows of one's own office, without a word on a case. A print tells whether a case has a known id (docs/threat-model.md).
OWN = {"cases_sitting", "cases_household", "cases_print"}
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


def told(world: World, person: str) -> tuple[set[str], int]:
    """Which columns of which tables make a difference to the refusal, and how many rows were tried."""
    database, found, tried = connection.settings_dict["NAME"], set(), 0
    for table in declared_tables():
        if not table.policies or "INSERT" not in table.rights.get("runtime", "") or table.name in OWN:
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
                with acting_as(world[person]):
                    answers = {name: refusal(table.name, one) for name, one in variants(draft, ids)}
                tried += len(answers)
                found |= {f"{table.name}.{name}" for name in answers if answers[name] != answers[""]}
    return found, tried


def test_an_outsider_is_refused_alike(shared_world: World) -> None:
    for person in ("none", "foreign_police"):
        found, tried = told(shared_world, person)
        assert found == set(), person
        assert tried > 500
