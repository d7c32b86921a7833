"""Walls are dropped and made whole: what was declared before leaves nothing behind, and nothing of it stands in the way."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction

from security.walls import apply
from security.walls.declare import Policy, Table
from security.walls.moments import NOW, WALL
from security.walls.raising import lower_walls, raise_walls
from tests.sweeps.test_pg_class import ask

FUNCTIONS = """
CREATE FUNCTION wall.{trigger}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN RETURN NEW; END $$;
CREATE FUNCTION wall.invented({parameter} uuid) RETURNS TABLE ({answer}) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT f.* FROM wall.comes_later() f $$;
CREATE FUNCTION wall.comes_later() RETURNS TABLE ({answer}) LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$ BEGIN RETURN; END $$;
"""
TRIGGERS = """
CREATE TRIGGER {trigger} BEFORE INSERT ON invented FOR EACH ROW EXECUTE FUNCTION wall.{trigger}();
ALTER TABLE invented ALTER COLUMN at SET DEFAULT wall.clock();
"""


def room(trigger: str, parameter: str, answer: str, **moments: str) -> SimpleNamespace:
    """The declarations of an invented room."""
    return SimpleNamespace(
        TABLES=(
            Table("invented", {"runtime": "SELECT"}, (Policy("SELECT", using="true"),), unrecorded="a test"),
        ),
        FUNCTIONS=FUNCTIONS.format(trigger=trigger, parameter=parameter, answer=answer),
        VIEWS={f"of_{trigger}": "SELECT i.id FROM public.invented i, wall.invented(i.id)"},
        TRIGGERS=TRIGGERS.format(trigger=trigger),
        MOMENTS={"invented": moments},
    )


@pytest.fixture
def rooms(database: str, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The declared rooms, to which a test adds its own."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE invented (id uuid PRIMARY KEY, at timestamptz)")
    known: list[object] = list(apply.rooms_walls())
    monkeypatch.setattr(apply, "rooms_walls", lambda: iter(known))
    return known


def triggers() -> set[str]:
    return {
        name for (name,) in ask("SELECT tgname::text FROM pg_trigger WHERE tgrelid = 'invented'::regclass")
    }


def functions() -> set[str]:
    return {
        name
        for (name,) in ask(
            "SELECT proname || ' ' || pg_get_function_arguments(oid) || ' ' || pg_get_function_result(oid) FROM pg_proc"
            " WHERE pronamespace = 'wall'::regnamespace AND proname IN ('invented', 'first', 'second')"
        )
    }


def test_a_changed_declaration_leaves_nothing_behind_and_meets_no_obstacle(rooms: list[object]) -> None:
    rooms.append(room("first", "which", "one uuid", at=NOW))
    raise_walls()
    assert triggers() == {"first", "a_moments"}
    assert functions() == {"first  trigger", "invented which uuid TABLE(one uuid)"}
    rooms[-1] = room("second", "what", "one uuid, two integer")
    raise_walls()
    assert triggers() == {"second"}
    assert functions() == {"second  trigger", "invented what uuid TABLE(one uuid, two integer)"}
    assert ask("SELECT viewname::text FROM pg_views WHERE schemaname = 'wall' AND viewname ~ '^of_'") == [
        ("of_second",)
    ]
    rooms.pop()
    raise_walls()
    assert (triggers(), functions()) == (set(), set())
    assert ask("SELECT count(*) FROM pg_attrdef WHERE adrelid = 'invented'::regclass") == [(0,)]
    assert ask("SELECT count(*) FROM pg_policy WHERE polrelid = 'invented'::regclass") == [(0,)]


def test_rights_given_to_anybody_by_hand_are_taken_away(database: str, rooms: list[object]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("GRANT SELECT ON invented TO pg_monitor")
        cursor.execute("GRANT UPDATE (at) ON invented TO pg_monitor")
        cursor.execute("GRANT CREATE ON SCHEMA wall TO pg_monitor")
    raise_walls()
    assert ask("SELECT has_table_privilege('pg_monitor', 'invented', 'SELECT')") == [(False,)]
    assert ask("SELECT has_any_column_privilege('pg_monitor', 'invented', 'UPDATE')") == [(False,)]
    assert ask("SELECT has_schema_privilege('pg_monitor', 'wall', 'CREATE')") == [(False,)]


def test_a_column_that_a_wall_names_is_changed_once_the_walls_are_down(rooms: list[object]) -> None:
    rooms.append(room("first", "which", "one uuid", at=NOW))
    raise_walls()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        lower_walls(cursor)
        cursor.execute("ALTER TABLE cases_case ALTER COLUMN stage TYPE varchar(60)")
    with (
        connections["default"].cursor() as cursor,
        pytest.raises(Exception, match=r"permission denied|does not exist"),
    ):
        cursor.execute("SELECT 1 FROM cases_case")
    raise_walls()
    assert ask("SELECT count(*) > 1 FROM pg_policy WHERE polrelid = 'cases_case'::regclass") == [(True,)]


def test_two_rooms_that_guard_one_column_are_refused(rooms: list[object]) -> None:
    rooms += [SimpleNamespace(MOMENTS={"invented": {"at": guard}}) for guard in (NOW, WALL)]
    with pytest.raises(ImproperlyConfigured, match=r"Two rooms guard invented\.at"):
        raise_walls()


@pytest.mark.parametrize(
    ("start", "happened", "is_refused"),
    [("2026-01-01", "2026-01-02", False), ("2026-01-02", "2026-01-01", True), (None, "2026-01-02", True)],
)
def test_what_comes_since_a_start_wants_one(
    database: str, start: str | None, happened: str, is_refused: bool
) -> None:
    row = "jsonb_build_object('begun', %s::text, 'done', %s::text)"
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        question = f"SELECT wall.true_moment('since begun', 'done', {row}, {row})"
        values = [start, None, start, happened]
        if is_refused:
            with pytest.raises(Exception, match="lies between begun and now"):
                cursor.execute(question, values)
            transaction.set_rollback(True, using="owner")
        else:
            cursor.execute(question, values)
