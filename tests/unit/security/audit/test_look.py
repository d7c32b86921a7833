"""What a look collects, by itself: whatever a page says first or last, the access log says the graver."""

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

import pytest

from security import rooms
from security.audit.access_event import AccessEvent, current, current_or_none, open_event
from security.audit.verbs import Decision, Verb
from security.encryption.keyring import Scope
from security.rooms import Room, each_of


def test_a_refused_reader_has_been_shown_nothing() -> None:
    shown, named = uuid4(), uuid4()
    look = AccessEvent()
    look.note_shown(shown, "child", "people", verb=Verb.CASE_VIEW)
    look.note_denied("not allowed", "/cases/", named)
    assert (look.decision, look.verb, look.rule) == (Decision.DENIED, Verb.ACCESS_DENY, "not allowed")
    assert look.cases == {named: set()}
    look.note_denied("not allowed")
    assert look.cases == {}


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.DECRYPTION_FAIL])
def test_a_failed_decryption_keeps_its_verb(verb: Verb) -> None:
    look = AccessEvent()
    look.note(Verb.DECRYPTION_FAIL, rule="cases_child.sex", object_pk="row")
    look.note_shown(uuid4(), "child", verb=verb)
    look.note(verb)
    assert (look.verb, look.rule, look.object_pk) == (Verb.DECRYPTION_FAIL, "cases_child.sex", "row")
    look.note_denied("not allowed")
    assert look.verb == Verb.DECRYPTION_FAIL


def test_the_first_relation_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, position = uuid4(), uuid4(), uuid4()
    asked: list[set[UUID]] = []

    def held(position_id: UUID, cases: Iterable[UUID]) -> Mapping[UUID, str]:
        asked.append(set(cases))
        return {one: "lead"} if position_id == position else {}

    def received(position_id: UUID, cases: Iterable[UUID]) -> Mapping[UUID, str]:
        asked.append(set(cases))
        return dict.fromkeys(cases, "disclosure")

    monkeypatch.setattr(
        rooms, "_rooms", {"a": Room(relations=held), "b": Room(), "c": Room(relations=received)}
    )
    look = AccessEvent(position_id=position)
    assert look.relations() == {}
    for case in (one, two):
        look.note_shown(case)
    assert look.relations() == {one: "lead", two: "disclosure"}
    assert asked == [{one, two}, {two}]
    look.position_id = None
    assert look.relations() == {}


def test_a_field_opened_without_a_word_is_recorded() -> None:
    look, case = AccessEvent(), uuid4()
    assert look.add_revealed({}) == set()
    assert not look.wanted
    assert look.add_revealed({Scope("case", case): {"table.column"}}) == {"table.column"}
    assert (look.wanted, look.cases) == (True, {case: set()})


def test_a_field_of_no_case_is_recorded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_rooms", {"tested": Room(keys=each_of("tested", lambda _owner: []))})
    look = AccessEvent()
    look.add_revealed({Scope("tested", uuid4()): {"table.column"}})
    assert (look.wanted, look.cases) == (True, {})


def test_a_key_of_a_kind_that_no_room_declares_is_no_silent_look() -> None:
    with pytest.raises(KeyError, match="no such kind"):
        AccessEvent().add_revealed({Scope("no such kind", uuid4()): {"table.column"}})


def test_a_key_that_a_page_has_named_is_not_traced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    case, other, asked = uuid4(), uuid4(), []

    def cases_of(owner: UUID) -> list[UUID]:
        asked.append(owner)
        return [other]

    monkeypatch.setattr(rooms, "_rooms", {"tested": Room(keys=each_of("tested", cases_of))})
    named, unnamed = Scope("tested", uuid4()), Scope("tested", uuid4())
    look = AccessEvent()
    look.note_shown(case, "child", under=[named])
    fields = look.add_revealed({named: {"a.b"}, unnamed: {"c.d"}})
    assert fields == {"a.b", "c.d"}
    assert asked == [unnamed.owner]
    assert look.cases == {case: {"child"}, other: set()}


def test_a_case_that_is_shown_is_written_with_every_panel() -> None:
    look, case = AccessEvent(), uuid4()
    look.note_shown(case, "child")
    look.note_shown(case, "people", verb=Verb.CASE_PRINT)
    assert look.wanted
    assert look.cases == {case: {"child", "people"}}
    assert look.verb == Verb.CASE_PRINT


def test_a_later_note_adds_and_wipes_nothing() -> None:
    look = AccessEvent()
    look.note(Verb.CASE_SEARCH, rule="rule", purpose="purpose", object_pk="object", detail="detail")
    look.note(Verb.CASE_LIST)
    assert (look.verb, look.wanted) == (Verb.CASE_LIST, True)
    assert (look.rule, look.purpose, look.object_pk, look.detail) == ("rule", "purpose", "object", "detail")


def test_a_look_is_open_for_its_own_request_alone() -> None:
    assert current_or_none() is None
    with open_event(AccessEvent()) as look:
        assert current() is look
    assert current_or_none() is None
    with pytest.raises(RuntimeError, match="no look is open"):
        current()


def test_a_key_of_several_cases_adds_none_where_one_of_them_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child with two cases: the page that shows one of them has not shown the other."""
    shown, other = uuid4(), uuid4()
    monkeypatch.setattr(
        rooms, "_rooms", {"tested": Room(keys=each_of("tested", lambda _owner: [shown, other]))}
    )
    look = AccessEvent()
    look.note_shown(shown, "child")
    look.add_revealed({Scope("tested", uuid4()): {"a.b"}})
    assert set(look.cases) == {shown}
