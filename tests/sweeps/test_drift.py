"""``manage.py walls --check`` names whatever differs from the walls as they were raised, with every login, and nothing else."""

from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from security.walls.catalogue import check_walls, drift
from security.walls.raising import raise_walls
from security.walls.versions import check_version
from tests.cast import as_role
from tests.sweeps.test_pg_class import ask

# what somebody does by hand → the lines
DRIFTS = {
    "DROP TRIGGER a_moments ON cases_case": {"missing: trigger a_moments on cases_case"},
    "ALTER TABLE cases_case DISABLE TRIGGER a_record": {
        "altered: trigger a_record on cases_case", "altered: table cases_case",
    },
    "CREATE TRIGGER z BEFORE INSERT ON cases_case FOR EACH ROW EXECUTE FUNCTION wall.refuse_change()": {
        "foreign: trigger z on cases_case",
    },
    "ALTER POLICY gate ON cases_case USING (true)": {"altered: policy gate on cases_case"},
    "DROP POLICY gate ON cases_case": {"missing: policy gate on cases_case"},
    "CREATE POLICY more ON cases_child FOR SELECT TO runtime USING (true)": {"foreign: policy more on cases_child"},
    "ALTER TABLE cases_child DISABLE ROW LEVEL SECURITY": {"altered: table cases_child"},
    "ALTER TABLE cases_child NO FORCE ROW LEVEL SECURITY": {"altered: table cases_child"},
    "GRANT DELETE ON cases_child TO runtime": {"altered: table cases_child"},
    "GRANT SELECT ON security_event_default TO runtime": {"altered: parts of table security_event"},
    "GRANT UPDATE (number) ON cases_case TO runtime": {"foreign: rights on column cases_case.number"},
    "GRANT CREATE ON SCHEMA wall TO runtime": {"altered: schema wall"},
    "SET ROLE wall; GRANT EXECUTE ON FUNCTION wall.my_case_ids(text) TO worker; RESET ROLE": {
        "altered: function wall.my_case_ids(text)",
    },
    "SET ROLE wall; ALTER FUNCTION wall.clock() COST 5; RESET ROLE": {"altered: function wall.clock()"},
    "SET ROLE wall; DROP VIEW wall.my_grants CASCADE; RESET ROLE": {"missing: view wall.my_grants"},
    "CREATE FUNCTION public.more() RETURNS int LANGUAGE sql RETURN 1": {"foreign: function more()"},
    "CREATE VIEW more AS SELECT id FROM cases_case": {"foreign: view more"},
    "CREATE RULE more AS ON DELETE TO cases_case DO INSTEAD NOTHING": {"foreign: rule more on cases_case"},
    "ALTER TABLE security_event ALTER timestamp DROP DEFAULT": {'missing: default of security_event."timestamp"'},
    "ALTER TABLE agencies_staff DROP CONSTRAINT nobody_is_superuser": {
        "missing: constraint nobody_is_superuser of agencies_staff",
    },
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO runtime": {"foreign: default rights of owner on r in -"},
    "CREATE TABLE more (id int)": {"foreign: table more"},
}  # fmt: skip


def by_hand(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", DRIFTS)
def test_every_drift_is_named(database: str, statement: str) -> None:
    by_hand(statement)
    assert DRIFTS[statement] <= set(drift()), statement
    assert statement.startswith("SET ROLE wall; DROP VIEW") or len(drift()) == len(DRIFTS[statement])
    with pytest.raises(ImproperlyConfigured, match="not as they were raised"):
        check_walls()
    with pytest.raises(CommandError, match="not as they were raised"):
        call_command("walls", check=True, stdout=(said := StringIO()))
    assert said.getvalue().splitlines() == drift()


def test_raising_them_mends_every_drift_of_what_is_declared(database: str) -> None:
    for statement in DRIFTS:
        if "more" not in statement and "CONSTRAINT" not in statement:
            by_hand(statement)
    assert len(drift()) > 10
    call_command("walls")
    assert drift() == []
    assert ask("SELECT has_table_privilege('runtime', 'cases_child', 'DELETE')") == [(False,)]


def test_new_months_of_the_access_log_are_no_drift(database: str) -> None:
    by_hand("SELECT public.make_access_log_month('2031-05-01')")
    assert drift() == []
    by_hand("DROP TABLE security_event_203105")
    assert drift() == []


def test_walls_as_raised_have_no_drift_and_raising_them_again_changes_nothing(database: str) -> None:
    noted = ask("SELECT thing, state, of_code FROM wall.raised ORDER BY 1")
    assert len(noted) > 500
    for role in ("runtime", "scribe", "gate", "worker", "owner"):
        with as_role(role):
            assert drift() == [], role
            check_version()
    raise_walls()
    assert ask("SELECT thing, state, of_code FROM wall.raised ORDER BY 1") == noted
