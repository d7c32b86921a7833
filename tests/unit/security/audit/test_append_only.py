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


INSERT = "INSERT INTO security_event (uuid, verb{columns}) VALUES (gen_random_uuid(), %s{values})"


def test_the_application_writes_nothing_itself(cast: Cast, case: Case) -> None:
    for verb in ("CASE_VIEW", "AUDIT_VIEW", "ACCESS_DENY", "SESSION_START", "ROW_UPDATE", "", "row_update"):
        with (
            acting_as(cast.caseworker),
            pytest.raises(Error),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(INSERT.format(columns="", values=""), [verb])


# What the scribe says of a look is not when it was, which number it has, or in which transaction.
CLOCKS = [
    (', "timestamp"', ", now()"),
    (', "timestamp"', ", now() - interval '1 second'"),
    (', "timestamp"', ", '2020-01-01'"),
    (", id", ", 1"),
    (", id", ", 9000000"),
    (", xid", ", '1'::xid8"),
    (", changes", ", '{}'"),
    (", scope_kind", ", 'child'"),
]


@pytest.mark.parametrize(("columns", "values"), CLOCKS)
def test_nobody_sets_the_clock_or_the_number_of_the_evidence(
    cast: Cast, case: Case, columns: str, values: str
) -> None:
    for alias in ("default", "audit", "gate"):
        with (
            pytest.raises(Error, match=r"permission denied|GENERATED ALWAYS"),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(INSERT.format(columns=columns, values=values), ["CASE_VIEW"])


def test_no_number_is_taken_ahead(cast: Cast, case: Case) -> None:
    """Else later evidence would meet it, and every page would be refused."""
    for table, columns in (
        ("security_event", "uuid, verb"),
        ("security_casetrace", "event_uuid, case_id, relation, verb"),
    ):
        values = "gen_random_uuid(), " + (
            "'CASE_VIEW'" if columns == "uuid, verb" else "gen_random_uuid(), 'none', 'CASE_VIEW'"
        )
        statement = f"INSERT INTO {table} (id, {columns}) VALUES (9000000, {values})"
        _refused("audit", statement)
        with as_owner():
            _refused("owner", statement)


def test_the_clock_is_the_databases_whatever_a_session_says(cast: Cast, case: Case) -> None:
    with transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        cursor.execute("SELECT set_config('tomoshibi.clock', '2020-01-01', true)")
        cursor.execute(INSERT.format(columns="", values=""), ["CASE_VIEW"])
        cursor.execute(
            "INSERT INTO security_casetrace (event_uuid, case_id, relation, verb)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), 'none', 'CASE_VIEW')"
        )
    _refused(
        "audit",
        "INSERT INTO security_casetrace (event_uuid, case_id, relation, verb, at)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 'none', 'CASE_VIEW', '2020-01-01')",
    )
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            'SELECT count(*) FROM (SELECT "timestamp" AS at FROM security_event UNION ALL SELECT at FROM security_casetrace) e'
            " WHERE e.at < now() - interval '1 day' OR e.at > now()"
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
