"""The picture of the models that migrations go by: little is drawn anew after a step, and a step in Python sees all of it."""

from typing import Any

import pytest
from django.db import models
from django.db.migrations import AddField, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, StateApps

from security.walls.states import State

KEY = ("id", models.BigAutoField(primary_key=True))
HOUSE, ROOM, DOOR = (
    CreateModel("House", [KEY]),
    CreateModel("Room", [KEY, ("house", models.ForeignKey("cases.House", models.CASCADE))]),
    CreateModel("Door", [KEY, ("room", models.ForeignKey("cases.Room", models.CASCADE))]),
)
NAMED = AddField("house", "name", models.TextField(default=""))
BEHIND = AddField(
    "door", "behind", models.ForeignKey("cases.Room", models.CASCADE, related_name="+", null=True)
)


@pytest.fixture
def state() -> State:
    made = State()
    assert isinstance(made.apps, StateApps)  # drawn from now on after each step
    for step in (HOUSE, ROOM, DOOR):
        step.state_forwards("cases", made)
    return made


@pytest.mark.parametrize(("step", "model"), [(NAMED, "House"), (BEHIND, "Door")])
def test_the_changed_model_alone_is_drawn_anew(
    state: State, step: Operation, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    render: Any = ModelState.render

    def counted(one: ModelState, apps: Any) -> Any:
        drawn.append(one.name)
        return render(one, apps)

    monkeypatch.setattr(ModelState, "render", counted)
    step.state_forwards("cases", state)
    assert drawn == [model]


def test_what_sql_is_made_of_is_up_to_date(state: State) -> None:
    NAMED.state_forwards("cases", state)
    BEHIND.state_forwards("cases", state)
    house, room, door = (state.apps.get_model("cases", name) for name in ("House", "Room", "Door"))
    assert house._meta.get_field("name").column == "name"
    assert door._meta.get_field("behind").remote_field.model is room
    assert {one.related_model._meta.label for one in house._meta.related_objects} == {"cases.Room"}


def test_a_step_in_python_sees_all_through_its_relations(state: State) -> None:
    NAMED.state_forwards("cases", state)
    before = state.clone()
    assert type(before) is State
    before.clear_delayed_apps_cache()  # as RunPython does
    room = before.apps.get_model("cases", "Room")
    house = room._meta.get_field("house").remote_field.model
    assert house is before.apps.get_model("cases", "House")
    assert str(room.objects.filter(house__name="x").values("pk").query).endswith('"name" = x')
