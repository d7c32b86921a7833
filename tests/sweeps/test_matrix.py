"""Every address × everybody × every method: exact answers, and foreign = missing = the same 404."""

import pytest

from tests.client import text_of
from tests.sweeps.declared import ROWS
from tests.sweeps.matrix import NAMES, client_of, faults_of, leak, nested_faults, path_of, post_faults, routes
from tests.sweeps.world import World


def test_every_address_is_declared() -> None:
    missing = sorted({name for name, _ in routes()} - set(ROWS))
    assert not missing, (
        f"Add a row to ROWS in tests/sweeps/declared.py saying who is admitted to: {', '.join(missing)}."
    )
    assert len(NAMES) > 100
    gone = sorted(set(ROWS) - {name for name, _ in routes()})
    assert not gone, (
        f"Take the rows of addresses that no longer exist out of tests/sweeps/declared.py: {', '.join(gone)}."
    )


def test_every_view_says_what_its_row_says() -> None:
    """For whom it is at all, and with which methods: a view that declares nothing has neither."""
    for name, pattern in routes():
        row, view = ROWS[name], pattern.callback
        wanted = {
            *(("GET", "HEAD") if row.get is not None else ()),
            *(("POST",) if row.post is not None else ()),
        }
        access, methods = getattr(view, "access", None), getattr(view, "methods", ())
        assert access, f"{name} does not say who may come in"
        assert (access.to, set(methods)) == (row.to, wanted), name


def test_the_relations_are_all_that_can_be_held(shared_world: World) -> None:
    """What the list has to hold, by the names of tests/sweeps/world.py."""
    wanted = {
        *("none", "lead", "member", "line", "ended", "not_begun", "blocked", "other_section"),
        *("moved", "moved/minami", "second_position", "glass", "disclosed", "withdrawn"),
    }
    assert wanted <= set(shared_world.people)


@pytest.mark.parametrize("name", NAMES)
def test_who_reads(shared_world: World, name: str) -> None:
    assert faults_of(shared_world, name) == []
    assert nested_faults(shared_world, name) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name in ROWS])
def test_who_writes(world: World, name: str) -> None:
    assert post_faults(world, name) == []


@pytest.mark.parametrize("name", ["letter", "letter_print"])
def test_the_former_receiver(shared_world: World, name: str) -> None:
    """After a withdrawal its receiver finds one page without any word of the case, and everybody else still nothing."""
    path = path_of(name, shared_world, disclosure_id=shared_world.withdrawn_id)
    for relation in shared_world.people:
        answer = client_of(shared_world, relation).get(path)
        assert answer.status_code == {"withdrawn": 200, "anonymous": 302, "moved": 302}.get(relation, 404), (
            relation
        )
        assert leak("nobody", text_of(answer)) == ""


def test_the_matrix_goes_red_when_one_rule_says_yes(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With both walls one rule alone shows nothing, so the second wall is opened with it: the sweep names who came in."""
    monkeypatch.setattr("agencies.staff.models.Position.may", lambda position, permission: True)
    found = (fault for name in NAMES for fault in faults_of(shared_world, name, ["GET"]))
    assert any(" as admin" in fault for fault in found)
