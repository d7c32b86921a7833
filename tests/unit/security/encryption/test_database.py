"""Encryption against a real database: who gets a key, what SQL can move or forge, and how the ORM may be used."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import Error, IntegrityError, connections, transaction

from agencies.staff.acting import acting_as
from cases.records.models import Case, Child, Person
from security.audit.models import Event
from security.encryption import keyring, providers
from security.encryption.envelope import DecryptionError
from security.encryption.fields import EncryptedTextField, reveal, unseal_envelope
from security.encryption.keyring import KeyNotVisible, Scope
from security.encryption.models import DataKey
from security.encryption.providers import InMemoryProvider, KeyFileError
from security.encryption.secret import Secret
from security.encryption.startup import check_key_matches
from security.encryption.typed import AsKept
from security.rooms import rooms
from tests.cast import Cast, a_case, as_owner

PROVIDER = "security.encryption.startup.get_provider"


@contextmanager
def raw_sql() -> Iterator[Any]:
    """A cursor that may write anything, as somebody with the database in their hands."""
    with as_owner(), connections["owner"].cursor() as cursor:
        yield cursor


def test_every_kind_of_key_that_a_room_uses_can_be_made(cast: Cast) -> None:
    """Two migrations that each wrote the whole list took one another's kinds away, whichever ran last."""
    used = {kind for room in rooms() for kind in room.keys}
    with raw_sql() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'data_key_kind_check'"
        )
        (known,) = cursor.fetchone()
    assert {"case", "reliance", "entrustnote"} <= used
    assert not {kind for kind in used if f"'{kind}'" not in known}


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


@pytest.fixture
def child(case: Case) -> Child:
    return case.child


@pytest.fixture
def failures() -> Iterator[list[keyring.Failure]]:
    seen: list[keyring.Failure] = []
    keyring.on_failure(seen.append)
    yield seen
    keyring._listeners.remove(seen.append)


def add_person(case: Case) -> Person:
    texts = {
        field.name: text if type(field) is EncryptedTextField else AsKept(text)
        for field in encrypted(Person)
        for text in [f"{field.name} of {case.number}"]
    }
    return Person.objects.create(case=case, **texts)


def encrypted(model: Any) -> list[EncryptedTextField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


# Keys


def test_a_key_is_loaded_by_those_who_see_its_case(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        assert reveal(Child.objects.get(), "family_name") == "髙橋"
        assert DataKey.objects.filter(kind="case").count() == 1
        assert {scope.kind for scope in keyring.current().revealed} == {"child"}


def test_a_key_is_not_given_to_others(cast: Cast, case: Case) -> None:
    for position in (cast.stranger, cast.police, cast.school, cast.privacy, cast.admin):
        with acting_as(position), pytest.raises(KeyNotVisible):
            keyring.current().key(case.key_scope())
    with keyring.open_keyring() as ring, pytest.raises(KeyNotVisible):
        ring.key(case.key_scope())


def test_many_keys_come_in_one_query(cast: Cast, django_assert_num_queries: Callable[[int], Any]) -> None:
    cases = [a_case(cast) for _ in range(3)]
    with acting_as(cast.caseworker):
        scopes = [case.key_scope() for case in cases] + [Scope("child", case.child_id) for case in cases]
        with django_assert_num_queries(1):
            keyring.current().prefetch([*scopes, Scope("case", uuid.uuid4()), Scope("office", cases[0].pk)])
            assert len({keyring.current().key(scope).id for scope in scopes}) == 6
            keyring.current().prefetch(scopes)


@pytest.mark.parametrize(
    "damage",
    [
        "wrapped = (SELECT o.wrapped FROM keys.data_key o WHERE o.id <> k.id LIMIT 1)",
        "commitment = decode(repeat('00', 32), 'hex')",
        "wrapped = ''",
        "kind = 'disclosure'",
        "destroyed_at = now()",
    ],
)
def test_a_key_that_was_tampered_with_opens_nothing(
    cast: Cast, child: Child, failures: list[keyring.Failure], damage: str
) -> None:
    with raw_sql() as cursor:
        cursor.execute(f"UPDATE keys.data_key k SET {damage} WHERE kind = 'child'")
        assert cursor.rowcount == 1
    with acting_as(cast.caseworker):
        found = Child.objects.get()
        with pytest.raises(KeyNotVisible):
            reveal(found, "family_name")
    assert failures[-1].place == "cases_child.family_name"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE keys.data_key SET destroyed_at = now()",
        "DELETE FROM keys.data_key",
        "TRUNCATE keys.data_key",
        "INSERT INTO keys.data_key SELECT gen_random_uuid(), 'case', %s, office_id, 1, wrapped, commitment"
        " FROM keys.data_key LIMIT 1",
    ],
)
def test_the_application_cannot_change_or_plant_keys(cast: Cast, case: Case, statement: str) -> None:
    foreign = uuid.uuid4()
    with acting_as(cast.caseworker), transaction.atomic(), connections["default"].cursor() as cursor:
        with pytest.raises(Error):
            cursor.execute(statement, [foreign] if "%s" in statement else None)
        transaction.set_rollback(True)


def test_one_key_for_one_owner(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker), transaction.atomic():
        with pytest.raises(IntegrityError):
            keyring.current().create(case.key_scope(), case.office_id)
        transaction.set_rollback(True)


# Swaps by SQL


def test_every_swap_by_sql_is_noticed(cast: Cast, failures: list[keyring.Failure]) -> None:
    cases = [a_case(cast), a_case(cast)]
    with acting_as(cast.caseworker):
        people = [add_person(case) for case in cases for _ in range(2)]
        for case in cases:
            case.lowerings = "架空の理由"
            case.save(update_fields=["lowerings"])
    rows = [*cases, *(case.child for case in cases), *people]
    cells = [(row, field) for row in rows for field in encrypted(type(row))]
    texts = {id_of(cell): stored(cell) for cell in cells}
    assert len(set(texts.values())) == len(cells) > 40
    for shift in range(1, len(cells)):
        with raw_sql() as cursor:
            for row in rows:
                mine = [number for number, (other, _field) in enumerate(cells) if other is row]
                columns = ", ".join(f"{cells[number][1].column} = %s" for number in mine)
                moved = [texts[id_of(cells[(number + shift) % len(cells)])] for number in mine]
                cursor.execute(f"UPDATE {row._meta.db_table} SET {columns} WHERE id = %s", [*moved, row.pk])
        with acting_as(cast.caseworker):
            loaded = {row.pk: type(row)._default_manager.get(pk=row.pk) for row in rows}
            for row, field in cells:
                with pytest.raises(DecryptionError):
                    reveal(loaded[row.pk], field.name)
    assert len(failures) == len(cells) * (len(cells) - 1)


def id_of(cell: tuple[Any, EncryptedTextField]) -> tuple[uuid.UUID, str]:
    return cell[0].pk, cell[1].name


def stored(cell: tuple[Any, EncryptedTextField]) -> str:
    with raw_sql() as cursor:
        cursor.execute(f"SELECT {cell[1].column} FROM {cell[0]._meta.db_table} WHERE id = %s", [cell[0].pk])
        return str(cursor.fetchone()[0])


def test_plaintext_written_by_sql_is_never_shown(
    cast: Cast, child: Child, failures: list[keyring.Failure]
) -> None:
    with raw_sql() as cursor:
        cursor.execute("UPDATE cases_child SET family_name = '平文の名'")
    with acting_as(cast.caseworker):
        found = Child.objects.get()
        assert "平文" not in str(vars(found)) + serializers.serialize("json", [found])
        assert reveal(found, "given_name") == "𠮷乃", "one bad column does not hide the others"
        with pytest.raises(DecryptionError):
            reveal(found, "family_name")
        with pytest.raises(DecryptionError):
            found.save()
    assert [failure.place for failure in failures] == ["cases_child.family_name"]


def test_no_column_holds_plaintext(cast: Cast, case: Case) -> None:
    with raw_sql() as cursor:
        cursor.execute("SELECT to_jsonb(c)::text || to_jsonb(k)::text FROM cases_child c, cases_case k")
        row = cursor.fetchone()[0]
    for text in ("髙", "橋", "𠮷", "タカハシ", "female", "2013", "若葉", "架空", "03-0000", "性的"):
        assert text not in row


# The audit's diffs


def test_an_edit_leaves_both_ciphertexts_for_an_entitled_reader(cast: Cast, child: Child) -> None:
    with acting_as(cast.caseworker):
        found = Child.objects.get()
        found.family_name = "高橋"
        found.save(update_fields=["family_name"])
        event = Event.objects.filter(object_pk=str(child.pk)).latest("id")
        before, after = event.changes["family_name"]
        scope = Scope("child", child.pk)
        assert (event.scope_kind, event.scope_id) == scope
        opened = [unseal_envelope("cases.Child", "family_name", child.pk, scope, x) for x in (before, after)]
        assert opened == ["髙橋", "高橋"]
        assert "cases_child.family_name" in keyring.current().revealed[scope]
        with pytest.raises(DecryptionError):
            unseal_envelope("cases.Child", "given_name", child.pk, scope, before)
        with pytest.raises(TypeError):
            unseal_envelope("cases.Child", "version", child.pk, scope, before)
    with acting_as(cast.stranger), pytest.raises(KeyNotVisible):
        unseal_envelope("cases.Child", "family_name", child.pk, scope, before)


def test_saving_without_a_change_leaves_no_diff(cast: Cast, child: Child) -> None:
    with acting_as(cast.caseworker):
        count = Event.objects.count()
        found = Child.objects.get()
        found.family_name = "髙橋"
        found.save(update_fields=["family_name"])
        assert Event.objects.count() == count


# The ORM


def test_ways_of_loading(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        assert reveal(Case.objects.select_related("child").get().child, "given_name") == "𠮷乃"
        deferred = Child.objects.defer("given_name").get()
        assert "given_name" not in vars(deferred)
        assert reveal(deferred, "given_name") == "𠮷乃"
        assert reveal(Child.objects.only("id").get(), "given_kana") == "ヨシノ"
        found = Child.objects.get()
        found.given_name = "よしの"
        found.refresh_from_db()
        assert reveal(found, "given_name") == "𠮷乃"
        assert [reveal(row, "given_name") for row in Child.objects.iterator()] == ["𠮷乃"]
        raw = Child.objects.raw("SELECT * FROM cases_child")[0]
        assert reveal(raw, "given_name") == "𠮷乃"


def test_values_give_secrets_that_open_nothing(cast: Cast, child: Child) -> None:
    with acting_as(cast.caseworker):
        rows: list[Any] = [
            Child.objects.values_list("family_name", flat=True).get(),
            Child.objects.values("family_name").get()["family_name"],
        ]
        for value in rows:
            assert isinstance(value, Secret)
            with pytest.raises(TypeError):
                value.reveal()


def test_only_saving_an_object_writes(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        found = Child.objects.get()
        for value in ("x", found.family_name):
            with pytest.raises(TypeError), transaction.atomic():
                Child.objects.update(family_name=value)
        with pytest.raises(TypeError), transaction.atomic():
            Child.objects.bulk_update([found], ["family_name"])
        case = Case.objects.get()
        people = [Person(case=case, **dict.fromkeys(Person.TEXTS, "")) for _ in range(2)]
        Person.objects.bulk_create(people)
        assert [reveal(person, "name") for person in Person.objects.all()] == ["", ""]


def test_null_and_empty_stay_apart(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        case = Case.objects.get()
        case.outline, case.place_detail = None, ""
        case.save(update_fields=["outline", "place_detail"])
        found = Case.objects.get()
        assert (reveal(found, "outline"), reveal(found, "place_detail")) == (None, "")
        assert Case.objects.filter(outline__isnull=True, place_detail__isnull=False).exists()


# The start


def test_the_start_check(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    check_key_matches()
    monkeypatch.setattr(PROVIDER, InMemoryProvider)
    with pytest.raises(KeyFileError, match="not the one this database was encrypted with"):
        check_key_matches()


def test_an_empty_database_takes_any_key(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PROVIDER, InMemoryProvider)
    check_key_matches()
    with raw_sql() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("DROP SCHEMA keys CASCADE")
    check_key_matches()  # not migrated yet


def test_a_key_is_made_once_and_never_over_data(cast: Cast, tmp_path: Path, settings: Any) -> None:
    settings.TOMOSHIBI_KEY_FILE = str(tmp_path / "one" / "root.json")
    call_command("make_key", verbosity=0)
    providers.LocalFileProvider(Path(settings.TOMOSHIBI_KEY_FILE))
    with pytest.raises(CommandError, match="exists already"):
        call_command("make_key")
    a_case(cast)
    settings.TOMOSHIBI_KEY_FILE = str(tmp_path / "two" / "root.json")
    with pytest.raises(CommandError, match="holds keys already"):
        call_command("make_key")
    assert not (tmp_path / "two").exists()


def test_no_key_is_made_while_the_database_cannot_be_asked(
    database: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TOMOSHIBI_KEY_FILE = str(tmp_path / "root.json")
    connections["owner"].close()
    monkeypatch.setitem(connections["owner"].settings_dict, "NAME", "test_gone")
    with pytest.raises(CommandError, match="cannot be asked"):
        call_command("make_key")
    assert not (tmp_path / "root.json").exists()
