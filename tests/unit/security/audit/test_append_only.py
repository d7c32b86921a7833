"""The evidence attacked with raw SQL by every role of the application: nothing is changed, or written in another's name."""

from uuid import uuid4

import pytest
from django.db import Error, connection, connections, transaction

from agencies.staff.acting import acting_as
from cases.records.models import Case
from security.audit import scribe
from security.audit.models import CaseTrace, Event
from tests.cast import Cast, a_case, as_owner

TABLES = ("security_event", "security_casetrace", "security_event_default")
ATTACKS = [
    "UPDATE {table} SET verb = 'PAGE_VIEW'",
    "DELETE FROM {table}",
    "TRUNCATE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {table} ADD COLUMN note text",
    "DROP TABLE {table}",
    "DROP TRIGGER append_only ON {table}",
    "CREATE POLICY open ON {table} USING (true)",
    "CREATE RULE hide AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "COPY {table} FROM PROGRAM 'true'",
]


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case that somebody looked at."""
    case = a_case(cast)
    with acting_as(cast.supervisor) as look:
        look.shows(case.pk, "child")
        scribe.write(look, {"cases_child.family_name"})
    return case


def _content() -> tuple[list[object], list[object]]:
    with as_owner():
        return (
            list(Event.objects.using("owner").order_by("id").values_list()),
            list(CaseTrace.objects.using("owner").order_by("id").values_list()),
        )


def _refused(alias: str, statement: str) -> None:
    with pytest.raises(Error), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement)


def test_no_role_of_the_application_changes_anything(cast: Cast, case: Case) -> None:
    before = _content()
    for statement in (attack.format(table=table) for attack in ATTACKS for table in TABLES):
        for alias in ("default", "audit", "gate"):
            _refused(alias, statement)
        with acting_as(cast.supervisor):
            _refused("default", statement)
    assert _content() == before


def test_even_the_role_that_passes_the_policies_changes_nothing(case: Case) -> None:
    for table in ("security_event", "security_casetrace"):
        for statement in (f"UPDATE {table} SET verb = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with as_owner():
                _refused("owner", statement)
        # The owner of the tables, which the policies show no row.
        _refused("owner", f"SET LOCAL tomoshibi.clock = '2020-01-01'; TRUNCATE {table}")


INSERT = (
    "INSERT INTO security_event (uuid, verb, action, actor_id, post_id, role, case_id{columns})"
    " VALUES (%s, %s, 1, %s, %s, 'director', %s{values})"
)


def _insert(cast: Cast, case: Case, verb: str, columns: str = "", values: str = "") -> None:
    with connection.cursor() as cursor:
        statement = INSERT.format(columns=columns, values=values)
        cursor.execute(statement, [uuid4(), verb, cast.director.staff_id, cast.director.pk, case.pk])


def test_the_application_writes_no_look_past_the_scribe(cast: Cast, case: Case) -> None:
    for verb in ("CASE_VIEW", "AUDIT_VIEW", "ACCESS_DENY", "SESSION_START", "", "row_update"):
        with acting_as(cast.caseworker), pytest.raises(Error), transaction.atomic():
            _insert(cast, case, verb)


def test_a_change_stands_in_the_name_of_whoever_acts(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        _insert(cast, case, "ROW_UPDATE", ", xid", ", '1'::xid8")
    with as_owner():
        event = Event.objects.using("owner").latest("id")
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT xid::text FROM security_event WHERE uuid = %s", [event.uuid])
            assert cursor.fetchone()[0] != "1"
    found = (event.actor_id, event.post_id, event.role, event.office_id)
    assert found == (cast.caseworker.staff_id, cast.caseworker.pk, "caseworker", cast.caseworker.office_id)


@pytest.mark.parametrize("moment", ["2020-01-01", "now() - interval '1 hour'", "now() + interval '1 hour'"])
def test_nobody_sets_the_clock_of_the_evidence(cast: Cast, case: Case, moment: str) -> None:
    value = f", {moment}" if "now" in moment else f", '{moment}'"
    with acting_as(cast.caseworker), pytest.raises(Error), transaction.atomic():
        _insert(cast, case, "ROW_UPDATE", ', "timestamp"', value)
    with pytest.raises(Error), connections["audit"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO security_event (uuid, verb, \"timestamp\") VALUES (gen_random_uuid(), 'CASE_VIEW'{value})"
        )
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO security_casetrace (event_uuid, case_id, relation, verb, at)"
            f" VALUES (gen_random_uuid(), gen_random_uuid(), 'none', 'CASE_VIEW'{value})"
        )
    with acting_as(cast.caseworker), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tomoshibi.clock', '2020-01-01', true)")
        _insert(cast, case, "ROW_UPDATE")
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            'SELECT count(*) FROM (SELECT "timestamp" AS at FROM security_event UNION ALL SELECT at FROM security_casetrace) e'
            " WHERE abs(extract(epoch FROM now() - e.at)) > 60"
        )
        assert cursor.fetchone() == (0,)


def test_a_trace_is_written_by_the_scribe_alone(cast: Cast, case: Case) -> None:
    statement = "INSERT INTO security_casetrace (event_uuid, case_id, relation, verb) VALUES (%s, %s, 'lead', 'CASE_VIEW')"
    with (
        acting_as(cast.caseworker),
        pytest.raises(Error),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [uuid4(), case.pk])


def test_the_scribe_reads_nothing(case: Case) -> None:
    for table in (*TABLES, "cases_case", "cases_child", "cases_grant", "keys.data_key", "agencies_staff"):
        _refused("audit", f"SELECT * FROM {table}")
    with pytest.raises(Error), connections["audit"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO security_event (uuid, verb) VALUES (gen_random_uuid(), 'CASE_VIEW') RETURNING id"
        )


def test_the_scribe_writes_no_change(case: Case) -> None:
    for verb in ("ROW_CREATE", "ROW_UPDATE", "ROW_DELETE"):
        _refused("audit", f"INSERT INTO security_event (uuid, verb) VALUES (gen_random_uuid(), '{verb}')")


def test_who_reads_which_evidence(cast: Cast, case: Case) -> None:
    def seen(name: str) -> set[str]:
        with acting_as(cast.posts[name]):
            return {trace.relation for trace in CaseTrace.objects.filter(case_id=case.pk)}

    for name in ("caseworker", "supervisor", "director", "privacy"):
        assert seen(name) == {"line"}, name
    for name in ("colleague", "supervisor2", "stranger", "stranger_director", "police", "admin", "school"):
        assert seen(name) == set(), name
        with acting_as(cast.posts[name]):
            assert not Event.objects.exclude(actor_id=cast.posts[name].staff_id).exists(), name
    with transaction.atomic():
        assert not Event.objects.exists()
        assert not CaseTrace.objects.exists()
