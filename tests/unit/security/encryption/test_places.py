"""The lock of places: a field that moves without saying so is found, and old changes are read under names that are gone."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import isolate_apps

from cases.records.models import Person
from security.encryption import places
from security.encryption.envelope import DecryptionError
from security.encryption.fields import EncryptedTextField, SealedModel, sealed_text, unseal_envelope
from security.encryption.keyring import Failure, Scope
from security.encryption.places import brought_up, differences, lines_of
from security.encryption.secret import Typed, row_under

OUTLINE = "cases_case.outline = cases.Case.outline"
RENAMED = "cases_case.outline = cases.Case.summary cases.Case.outline"
RESEALED = (
    "cases_case.outline > cases.Case.summary cases.Case.outline\ncases_case.summary = cases.Case.summary"
)


def test_every_place_is_locked() -> None:
    lines, now = places.locked(), places.places_now()
    assert differences(lines, now) == [], "manage.py lock_places"
    assert lines == sorted(lines)
    assert len(now) == len(lines) >= 125


@pytest.mark.parametrize(
    ("lock", "now", "wrong"),
    [
        (OUTLINE, {"cases.Case.outline": "cases_case.outline"}, 0),
        ("", {"cases.Case.outline": "cases_case.outline"}, 1),
        (OUTLINE, {}, 1),
        (OUTLINE, {"cases.Case.outline": "cases_file.outline"}, 1),
        (OUTLINE, {"cases.Case.summary": "cases_case.summary"}, 2),
        (OUTLINE, {"cases.Case.summary": "cases_case.outline"}, 2),
        (OUTLINE, {"cases.Case.outline": "cases_case.outline", "cases.Case.b": "cases_case.outline"}, 2),
        (RENAMED, {"cases.Case.summary": "cases_case.outline"}, 0),
        (RESEALED, {"cases.Case.summary": "cases_case.summary"}, 0),
        (RESEALED, {"cases.Case.summary": "cases_case.outline"}, 1),
    ],
)
def test_what_the_lock_says_is_wrong(lock: str, now: dict[str, str], wrong: int) -> None:
    assert len(differences(lines_of(lock), now)) == wrong


@pytest.mark.parametrize(
    ("lock", "now", "after"),
    [
        ("", {"cases.Case.outline": "cases_case.outline"}, OUTLINE),
        (OUTLINE, {"cases.Case.summary": "cases_case.outline"}, RENAMED),
        (OUTLINE, {"cases.Case.outline": "cases_file.outline"}, OUTLINE),
        (RESEALED, {"cases.Case.summary": "cases_case.summary"}, RESEALED),
    ],
)
def test_the_command_adds_and_never_moves(lock: str, now: dict[str, str], after: str) -> None:
    assert brought_up(lines_of(lock), now) == lines_of(after)


def test_the_command_writes_the_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(places, "LOCK", tmp_path / "locked")
    call_command("lock_places", verbosity=0)
    assert places.read() == places.locked()
    assert {file.name for file in places.LOCK.iterdir()} == {
        f"{wing}{half}.lock" for wing in ("cases", "referrals") for half in ("", "_from_i")
    }
    (places.LOCK / "gone.lock").write_text("gone_table.text = cases.Gone.text\n")
    with pytest.raises(CommandError, match=r"gone_table\.text .* no field"):
        call_command("lock_places", verbosity=0)


def test_a_field_keeps_its_place_under_another_name(scope: Scope, stored: Any, load: Any) -> None:
    with isolate_apps():

        class Note(SealedModel):
            text = EncryptedTextField(db_column="note", place="old_notes.text")

            class Meta:
                app_label = "security"
                db_table = "notes"

            def key_scope(self) -> Scope:
                return scope

    row = stored(Note(text="架空"))
    found = load(Note, row)
    assert found.text.field.place_name == "old_notes.text"
    assert found.text.reveal() == "架空"
    _name, _path, _args, kwargs = found.text.field.deconstruct()
    assert kwargs["place"] == "old_notes.text"
    assert found.text.field.clone().frozen_place == "old_notes.text"


@pytest.fixture
def failures() -> Any:
    from security.encryption import keyring

    seen: list[Failure] = []
    keyring.on_failure(seen.append)
    yield seen
    keyring._listeners.remove(seen.append)


def test_an_old_change_is_read_at_the_place_of_its_time(
    monkeypatch: pytest.MonkeyPatch, scope: Scope, failures: list[Failure]
) -> None:
    lock = (
        "cases_person.remark > cases.Person.note cases.Person.remark\ncases_person.note = cases.Person.note"
    )
    field: Any = Person._meta.get_field("note")
    row = uuid4()
    before = sealed_text(field.at("cases_person.remark").seal(row_under(row, scope), Typed("前".encode())))
    after = sealed_text(field.seal(row_under(row, scope), Typed("後".encode())))
    with pytest.raises(DecryptionError):
        unseal_envelope("cases.Person", "note", row, scope, before)
    failures.clear()
    monkeypatch.setattr(places, "locked", lambda: lines_of(lock))
    assert [unseal_envelope("cases.Person", "note", row, scope, text) for text in (before, after)] == [
        "前",
        "後",
    ]
    assert places.former_columns(field) == {"remark"}
    assert failures == []
