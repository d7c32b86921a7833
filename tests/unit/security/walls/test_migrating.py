"""A column is renamed and sealed again on a real table, as a migration does it: there, back, and after kill -9."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import pytest
from django.db import connections, migrations
from django.db.migrations.executor import MigrationExecutor

from agencies.staff.acting import acting_as
from cases.records.actions import save_person
from cases.records.models import Case, Person
from cases.records.queries import cases_for
from security.audit.verify import differences
from security.encryption.envelope import DecryptionError
from security.encryption.fields import reveal
from security.encryption.keyring import Scope
from security.walls import migrating
from security.walls.migrating import Reseal, ResealError, seeding_with_keys, with_scope
from tests.cast import Cast, a_case
from tests.conftest import superuser

WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
FOURTH = "SELECT 1 FROM cases_person WHERE id = (SELECT id FROM cases_person ORDER BY id OFFSET 3 LIMIT 1) FOR UPDATE"
RENAME = migrations.RenameField("person", "note", "remark")
NOTES = ("一", "二", "三", "四", "五")


def of_case(row: Any) -> Scope:
    return Scope("case", row.case_id)


RESEAL = Reseal("person", "remark", place_from="cases_person.note", scope=of_case)


class Table:
    """The table of the people around a child, before and after its column was renamed."""

    def __init__(self) -> None:
        self.before = MigrationExecutor(connections["owner"]).loader.project_state()
        self.after = self.before.clone()
        RENAME.state_forwards("cases", self.after)

    def forwards(self, operation: Any) -> None:
        with self._editor() as editor:
            operation.database_forwards("cases", editor, self.before, self.after)

    def backwards(self, operation: Any) -> None:
        with self._editor() as editor:
            operation.database_backwards("cases", editor, self.after, self.before)

    @contextmanager
    def _editor(self) -> Iterator[Any]:
        with connections["owner"].schema_editor(atomic=False) as editor:
            yield editor

    def remarks(self) -> list[str | None]:
        """What a migration reads in the renamed column; None where it does not open."""
        person = with_scope(self.after.apps.get_model("cases", "Person"), of_case)
        with seeding_with_keys("owner"):
            return sorted((_opened(row) for row in person.objects.using("owner").all()), key=str)


def _opened(row: Any) -> str | None:
    try:
        return reveal(row, "remark")
    except DecryptionError:
        return None


@pytest.fixture
def case(cast: Cast) -> Case:
    made = a_case(cast)
    with acting_as(cast.caseworker):
        case = cases_for(cast.caseworker).get(pk=made.pk)
        for note in NOTES:
            save_person(case, {"role": "other", "name": "架空", "note": note}, by=cast.caseworker)
    return made


@pytest.fixture
def table(case: Case) -> Table:
    connections["default"].close()
    found = Table()
    found.forwards(RENAME)
    return found


def test_renamed_sealed_again_and_back(cast: Cast, table: Table) -> None:
    assert table.remarks() == [None] * 5
    table.forwards(RESEAL)
    assert table.remarks() == sorted(NOTES)
    assert differences("owner") == [], "what was sealed again is recorded like any change"
    table.backwards(RESEAL)
    assert table.remarks() == [None] * 5
    table.backwards(RENAME)
    with acting_as(cast.caseworker):
        assert sorted(str(reveal(person, "note")) for person in Person.objects.all()) == sorted(NOTES)


def test_a_killed_one_goes_on(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """kill -9 while the second of three batches waits for a row: the first stays, and the next run does the rest."""
    monkeypatch.setattr(migrating, "BATCH", 2)
    name = connections["owner"].settings_dict["NAME"]
    connections.close_all()  # the fork has connections of its own, and the root keys of this process
    process = get_context("fork").Process(target=table.forwards, args=(RESEAL,))
    with superuser(name) as holder, holder.transaction(), superuser() as watcher:
        holder.execute(FOURTH)
        process.start()
        while watcher.execute(WAITS, [name]).fetchone() is None:
            assert process.is_alive()
        process.kill()
        process.join()
    assert table.remarks().count(None) == 3
    table.forwards(RESEAL)
    assert table.remarks() == sorted(NOTES)


def test_a_value_of_another_place_is_named_without_its_content(table: Table) -> None:
    foreign = Reseal("person", "remark", place_from="cases_person.kana", scope=of_case)
    with pytest.raises(ResealError, match=r"Row [0-9a-f-]{36} does not open at cases_person\.kana"):
        table.forwards(foreign)
    assert table.remarks() == [None] * 5


REFUSES = """
CREATE FUNCTION public.refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stays'; END $$;
CREATE TRIGGER stays BEFORE UPDATE ON cases_person FOR EACH ROW EXECUTE FUNCTION public.refuses();
"""


def test_rows_that_stay_are_sealed_again_and_stay_afterwards(table: Table) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(REFUSES)
        table.forwards(RESEAL)
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'cases_person'::regclass AND tgenabled <> 'O'"
        )
        assert cursor.fetchone() == (0,)
    assert table.remarks() == sorted(NOTES)


def test_it_stops_where_nothing_would_be_recorded(table: Table) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TRIGGER a_record ON cases_person")
    with pytest.raises(ResealError, match="not recorded"):
        table.forwards(RESEAL)
    assert table.remarks() == [None] * 5


def test_what_was_erased_stops_nothing(table: Table) -> None:
    with seeding_with_keys("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE keys.data_key SET destroyed_at = now() WHERE kind = 'case'")
    table.forwards(RESEAL)
    assert table.remarks() == [None] * 5


def test_a_migration_writes_what_it_read(table: Table) -> None:
    table.forwards(RESEAL)
    person = with_scope(table.after.apps.get_model("cases", "Person"), of_case)
    with seeding_with_keys("owner"):
        for row in person.objects.using("owner").all():
            row.remark = f"{reveal(row, 'remark')}改"
            row.save(using="owner", update_fields=["remark"])
    assert table.remarks() == sorted(f"{note}改" for note in NOTES)
