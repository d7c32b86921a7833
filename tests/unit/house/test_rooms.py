"""The contracts of the imports name every wing and every room, so that a new one cannot stand outside them."""

import tomllib

import pytest
from django.apps import apps

from agencies.staff.roles import known_acts
from cases.decisions.actions import declared
from cases.records.codes import CasePage
from config.embedded.place import BASE_DIR
from desk.case.urls import PAGES
from security import rooms
from security.walls.apply import declared_tables
from tests.unit.config.test_tracked_files import tracked

# Packages of a wing that are no rooms: Django looks for them there.
NO_ROOMS = {"migrations", "management", "templatetags", "settings", "embedded", "postgresql"}
LINTER = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
FLOORS, *WINGS, DOORS = LINTER["contracts"]


def packages(inside: str = "") -> set[str]:
    """The packages directly in ``inside`` (the root: the wings)."""
    depth = len(inside.split("/")) if inside else 0
    paths = [path.split("/") for path in tracked() if path.startswith(f"{inside}/" if inside else "")]
    return {path[depth] for path in paths if len(path) > depth + 1 and path[-1].endswith(".py")}


def rooms_named(wing: str) -> set[str]:
    """The rooms of ``wing`` that a contract holds: the listed ones, or all of them where none may lean on one that leans
    on it."""
    if any(wing in one.get("ancestors", ()) for one in WINGS):
        return packages(wing)
    layers = [layer for one in WINGS if one.get("containers") == [wing] for layer in one["layers"]]
    return {room.strip(" ()") for layer in layers for room in layer.split("|")}


def test_every_wing_is_a_floor() -> None:
    assert set(FLOORS["layers"]) == packages() - {"bench", "tests"}
    assert LINTER["root_packages"] == FLOORS["layers"]


@pytest.mark.parametrize("wing", sorted(set(FLOORS["layers"]) - {"config", "face"}))
def test_every_room_is_in_the_contract_of_its_wing(wing: str) -> None:
    assert packages(wing) - NO_ROOMS <= rooms_named(wing)


def test_the_rooms_of_every_wing_have_doors() -> None:
    assert DOORS["type"] == "doors"
    assert set(DOORS["wings"]) == set(FLOORS["layers"]) - {"config", "security", "face"}


def test_what_has_no_contract_has_no_rooms() -> None:
    for wing in ("config", "face"):
        assert packages(wing) <= NO_ROOMS


def test_every_room_with_models_says_what_a_row_of_them_is() -> None:
    ours = [
        model
        for wing in ("agencies", "cases", "referrals")
        for model in apps.get_app_config(wing).get_models()
    ]
    known = {name for room in rooms.rooms() for name in room.things}
    walled = {table.model for table in declared_tables() if table.is_recorded}
    missing = {model._meta.label for model in ours if model._meta.label_lower in walled} - known
    assert len(walled) > 25
    assert not missing
    assert known <= {model._meta.label for model in ours}


def test_every_card_has_a_page_and_words_in_the_access_log() -> None:
    cards = rooms.merged("cards")
    assert cards.keys() <= rooms.merged("logged").keys()
    assert {card.page for card in cards.values()} == set(CasePage)
    # A page of the desk draws what rooms make; the other pages draw their own card besides.
    drawn_by_the_page = {name for name, card in cards.items() if card.make is None}
    assert drawn_by_the_page == {"progress", "people", "papers"}
    assert not {cards[name].page for name in drawn_by_the_page} & set(PAGES)


def test_the_cards_of_a_page_come_in_their_order() -> None:
    shown = rooms.cards_on(CasePage.WISHES)
    assert list(shown) == ["intention", "police", "answers", "contacts"]


def test_everything_that_the_access_log_names_has_a_rank() -> None:
    ranks = rooms.merged("sensitive")
    assert ranks.keys() == rooms.merged("logged").keys()
    assert set(ranks.values()) <= set(range(6))


def test_nothing_is_declared_by_two_rooms_or_asked_for_in_vain() -> None:
    for attribute in ("cards", "logged", "sensitive", "things", "keys", "items", "grounds", "prefills"):
        assert rooms.merged(attribute), attribute
    assert rooms.merged("prefills").keys() <= rooms.merged("items").keys()
    with pytest.raises(KeyError, match="no room declares"):
        rooms.named("cards", "nothing")


def test_what_two_rooms_declare_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rooms._rooms, "another", rooms.Room(logged={"child": ""}))
    with pytest.raises(ValueError, match="two rooms declare"):
        rooms.named("logged", "basics")


def test_every_act_that_can_be_delegated_is_a_decision() -> None:
    assert set(known_acts()) == {decision.act.value for decision in declared()}
