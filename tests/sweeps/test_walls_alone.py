"""The same answers with every filter of Python taken out: the database alone shows nothing foreign."""

import pytest
from django.db import connections

from tests.sweeps.declared import ROWS
from tests.sweeps.doors import open_doors
from tests.sweeps.matrix import NAMES, faults_of, nested_faults
from tests.sweeps.world import World


@pytest.mark.parametrize("name", NAMES)
def test_the_database_alone(shared_world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    open_doors(monkeypatch)
    assert faults_of(shared_world, name, ["GET"], alone=True) == []
    assert nested_faults(shared_world, name) == []


def test_it_looks_at_every_address_as_everybody(shared_world: World) -> None:
    assert set(NAMES) == set(ROWS)
    assert len(NAMES) > 120
    assert len(shared_world.people) > 20


def _owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def test_it_goes_red_when_a_policy_is_dropped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table without its policy shows nothing to anybody: the sweep names those who should read it."""
    open_doors(monkeypatch)
    assert faults_of(world, "case", ["GET"], alone=True) == []
    _owner("DROP POLICY runtime_select_1 ON cases_case")
    assert any(" as lead" in fault for fault in faults_of(world, "case", ["GET"]))


@pytest.mark.parametrize(
    "opening",
    [
        "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY too_much ON {} FOR SELECT TO runtime USING (true)",
    ],
)
def test_it_goes_red_when_walls_are_open(world: World, monkeypatch: pytest.MonkeyPatch, opening: str) -> None:
    """The case stands behind two walls, its own and its child's. With both open the sweep names strangers."""
    open_doors(monkeypatch)
    for table in ("cases_case", "cases_child"):
        _owner(opening.format(table))
    assert any(" as stranger:" in fault for fault in faults_of(world, "case", ["GET"], alone=True))
