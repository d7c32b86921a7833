"""The access log attacked with raw SQL by every role of the application: nothing is changed, or written in another's name."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, connection, connections, transaction

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.models import Case
from face.keyset import page_of
from security.audit import scribe
from security.audit.models import CaseTrace, Event
from security.audit.queries import EventFilter, looks_at_case, looks_of_person
from security.audit.verbs import Verb
from security.walls.identity import mint_identity, set_identity
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
        look.note_shown(case.pk, "child")
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
def test_time_and_number_of_the_access_log_cannot_be_set(
    cast: Cast, case: Case, columns: str, values: str
) -> None:
    for alias in ("default", "audit", "gate"):
        with (
            pytest.raises(Error, match=r"permission denied|GENERATED ALWAYS"),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(INSERT.format(columns=columns, values=values), ["CASE_VIEW"])


def test_no_number_is_taken_ahead(cast: Cast, case: Case) -> None:
    """Else later events would meet it, and every page would be refused."""
    for table, columns in (
        ("security_event", "uuid, verb"),
        ("security_casetrace", "event_uuid, case_ids, relation, verb"),
    ):
        values = "gen_random_uuid(), " + (
            "'CASE_VIEW'" if columns == "uuid, verb" else "ARRAY[gen_random_uuid()], 'none', 'CASE_VIEW'"
        )
        statement = f"INSERT INTO {table} (id, {columns}) VALUES (9000000, {values})"
        _refused("audit", statement)
        with as_owner():
            _refused("owner", statement)


def test_the_clock_is_the_databases_whatever_a_session_says(cast: Cast, case: Case) -> None:
    with transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
        cursor.execute("SELECT set_config('tomoshibi.clock', '2020-01-01', true)")
        cursor.execute(INSERT.format(columns=", decision", values=", 'denied'"), ["CASE_VIEW"])
        cursor.execute(
            "INSERT INTO security_casetrace (event_uuid, case_ids, relation, verb, decision)"
            " VALUES (gen_random_uuid(), ARRAY[gen_random_uuid()], 'none', 'CASE_VIEW', 'denied')"
        )
    _refused(
        "audit",
        "INSERT INTO security_casetrace (event_uuid, case_ids, relation, verb, at)"
        " VALUES (gen_random_uuid(), ARRAY[gen_random_uuid()], 'none', 'CASE_VIEW', '2020-01-01')",
    )
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            'SELECT count(*) FROM (SELECT "timestamp" AS at FROM security_event UNION ALL SELECT at FROM security_casetrace) e'
            " WHERE e.at < now() - interval '1 day' OR e.at > now()"
        )
        assert cursor.fetchone() == (0,)


def test_a_trace_is_written_by_the_scribe_alone(cast: Cast, case: Case) -> None:
    statement = (
        "INSERT INTO security_casetrace (event_uuid, case_ids, relation, verb)"
        " VALUES (%s, ARRAY[%s::uuid], 'lead', 'CASE_VIEW')"
    )
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
            "INSERT INTO security_event (uuid, verb, decision) VALUES (gen_random_uuid(), 'CASE_VIEW', 'denied') RETURNING id"
        )


AS_SOMEBODY = (
    "INSERT INTO security_event (uuid, verb, decision, actor_id, position_id, role, office_id)"
    " VALUES (gen_random_uuid(), 'CASE_VIEW', %s, %s, %s, %s, %s)",
    "INSERT INTO security_casetrace (event_uuid, case_ids, relation, verb, decision, actor_id, position_id, role, office_id)"
    " VALUES (gen_random_uuid(), ARRAY[gen_random_uuid()], 'lead', 'CASE_VIEW', %s, %s, %s, %s, %s)",
)


def _sign(session: str | None, *who: Any) -> None:
    """Write an event and a trace as the scribe of this session, in the name of ``who``: decision, person, position,
    role, office."""
    for statement in AS_SOMEBODY:
        with transaction.atomic(using="audit"), connections["audit"].cursor() as cursor:
            set_identity(session, using="audit")
            cursor.execute(statement, who)


def _who(position: Position) -> tuple[Any, ...]:
    return position.staff_id, position.pk, position.role, position.office_id


@pytest.mark.parametrize("decision", ["allowed", "denied"])
def test_the_scribe_names_only_the_owner_of_the_session(cast: Cast, case: Case, decision: str) -> None:
    """Whoever holds the scribe's password alone has no session; whoever has one writes as themselves."""
    mint_identity("mine", cast.two_positions.staff_id, cast.two_positions.pk, "test")
    mint_identity("no position", cast.school.staff_id, None, "test")
    person, position, role, office = _who(cast.two_positions)
    _sign("mine", decision, person, position, role, office)
    _sign("mine", decision, person, None, "", None)
    _sign("no position", decision, cast.school.staff_id, None, "", None)
    other = cast.positions["two_positions/director"]
    forged = [
        (person, other.pk, other.role, office),
        (person, position, other.role, office),
        (person, position, role, cast.stranger.office_id),
        (person, None, role, None),
        (person, None, "", office),
        (None, position, role, office),
        (None, None, role, None),
        _who(cast.caseworker),
        (cast.caseworker.staff_id, None, "", None),
    ]
    for session, who in [("mine", who) for who in forged] + [
        (session, _who(position))
        for session in (None, "", "garbage", "no position")
        for position in (cast.two_positions, cast.school, cast.director)
    ]:
        with pytest.raises(Error, match="row-level security"):
            _sign(session, decision, *who)


def test_an_event_without_an_actor_is_a_refusal(case: Case) -> None:
    _sign(None, "denied", None, None, "", None)
    with pytest.raises(Error, match="row-level security"):
        _sign(None, "allowed", None, None, "", None)


def test_a_session_that_ends_meanwhile_is_named_and_an_older_one_is_not(cast: Cast, case: Case) -> None:
    mint_identity("mine", cast.caseworker.staff_id, cast.caseworker.pk, "test")
    for column in ("ended_at", "idle_until", "ends_at"):
        for seconds, refused in ((30, False), (90, True)):
            with as_owner(), connections["owner"].cursor() as cursor:
                cursor.execute(
                    f"UPDATE wall.identity SET {column} = now() - make_interval(secs => {seconds})"
                )
            if refused:
                with pytest.raises(Error, match="row-level security"):
                    _sign("mine", "allowed", *_who(cast.caseworker))
            else:
                _sign("mine", "allowed", *_who(cast.caseworker))
        with as_owner(), connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE wall.identity SET ended_at = NULL, idle_until = now() + interval '1 hour',"
                " ends_at = now() + interval '1 hour'"
            )


def test_the_scribe_writes_no_change(case: Case) -> None:
    for verb in ("ROW_CREATE", "ROW_UPDATE", "ROW_DELETE"):
        statement = (
            "INSERT INTO security_event (uuid, verb, decision) VALUES (gen_random_uuid(), '{}', 'denied')"
        )
        _refused("audit", statement.format(verb))


def test_who_reads_which_access_log(cast: Cast, case: Case) -> None:
    def seen(name: str) -> set[str]:
        with acting_as(cast.positions[name]):
            return {row.relation for row in looks_at_case(case.pk).newest(EventFilter())}

    for name in ("caseworker", "supervisor", "director", "privacy"):
        assert seen(name) == {"line"}, name
    for name in ("colleague", "supervisor2", "stranger", "stranger_director", "police", "admin", "school"):
        assert seen(name) == set(), name
        with acting_as(cast.positions[name]):
            assert not Event.objects.exclude(actor_id=cast.positions[name].staff_id).exists(), name
    with transaction.atomic():
        assert not Event.objects.exists()
        assert not CaseTrace.objects.exists()


def test_a_list_is_one_row_and_a_reviewer_reads_of_it_only_the_own_cases(cast: Cast, case: Case) -> None:
    """Neither by the pages of the log nor with raw SQL does a colleague's list name a case of another section."""
    foreign = [a_case(cast, lead="other_section").pk for _number in range(3)]
    with acting_as(cast.director) as look:
        for case_id in (case.pk, *foreign):
            look.note_shown(case_id, "list", verb=Verb.CASE_LIST)
        scribe.write(look, set())
    with as_owner():
        (row,) = CaseTrace.objects.using("owner").filter(verb="CASE_LIST")
    assert row.case_ids == sorted([case.pk, *foreign])
    for name, seen in (("supervisor", {case.pk}), ("supervisor2", set(foreign)), ("colleague", set())):
        with acting_as(cast.positions[name]):
            log = looks_of_person(cast.director.staff_id, reviewed=True)
            assert {one.case_id for one in log.newest(EventFilter(verb="CASE_LIST"))} == seen, name
            assert not CaseTrace.objects.filter(verb="CASE_LIST").exists(), name


def test_pages_cut_one_list_into_its_cases(cast: Cast, case: Case) -> None:
    """All cases of a list have one moment and one number: pages of two meet without gap or double, in both directions."""
    cases = [case.pk, *(a_case(cast).pk for _number in range(4))]
    with acting_as(cast.caseworker) as look:
        for case_id in cases:
            look.note_shown(case_id, "list", verb=Verb.CASE_LIST)
        scribe.write(look, set())
    with acting_as(cast.caseworker):
        mine = looks_of_person(cast.caseworker.staff_id, reviewed=False)
        listed = mine.listed(EventFilter(verb="CASE_LIST"))
        pages = [page_of(listed, {}, bound="test", size=2)]
        while older := pages[-1].older:
            pages.append(page_of(listed, dict([older.split("=")]), bound="test", size=2))
        back = page_of(listed, dict([pages[-1].newer.split("=")]), bound="test", size=2)
    assert [row.case_id for page in pages for row in page.rows] == sorted(cases, reverse=True)
    assert [row.case_id for row in back.rows] == [row.case_id for row in pages[-2].rows]


def test_an_old_month_of_looks_is_dropped_whole_and_by_the_owner_alone(cast: Cast, case: Case) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT public.make_access_log_month('2020-01-01')")
        with as_owner():
            cursor.execute("SET LOCAL tomoshibi.clock = '2020-01-15'")
            cursor.execute(
                "INSERT INTO security_casetrace (event_uuid, case_ids, relation, verb)"
                " VALUES (gen_random_uuid(), %s, 'lead', 'CASE_VIEW')",
                [[case.pk]],
            )
            cursor.execute("SELECT count(*) FROM security_casetrace WHERE at < '2020-02-01'")
            assert cursor.fetchone() == (1,)
    for alias in ("default", "audit", "gate"):
        _refused(alias, "DROP TABLE security_casetrace_202001")
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE security_casetrace_202001")
    with acting_as(cast.supervisor):
        assert [row.relation for row in looks_at_case(case.pk).newest(EventFilter())] == ["line"]
