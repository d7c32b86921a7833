"""A page deep in a long list costs what the first one costs, for whoever sees much and for whoever sees little."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from bench.data import Made
from cases.intake.models import Filing
from cases.intake.queries import my_filings
from cases.records.models import Case, Person, ProgressEntry
from tests.sweeps.test_explain import superuser
from tests.sweeps.test_explain_log import blocks_of

DEEP = 15_000
"""Rows before the deep page of the inbox and of a director's case list."""
OF_A_RECORD = 3_000


def _blocks(call: str, *arguments: Any) -> int:
    """How many blocks the function reads for one page of 26 rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM wall.{call}", arguments)
        (top,) = cursor.fetchone()[0]
    assert top["Plan"]["Actual Rows"] == 26
    read: int = top["Plan"]["Shared Hit Blocks"] + top["Plan"]["Shared Read Blocks"]
    return read


def _first_and_deep(name: str, arguments: str, values: list[Any], row: Any, moment: str) -> tuple[int, int]:
    """Blocks of the first page and of the page behind ``row``."""
    call = f"{name}({arguments}%s, %s, false, 26)"
    newest = "infinity", UUID(int=2**128 - 1)
    beside = getattr(row, moment), row.pk
    for edge in (newest, beside):  # the plans of the function's statements are made once
        _blocks(call, *values, *edge)
    return _blocks(call, *values, *newest), _blocks(call, *values, *beside)


@pytest.fixture
def position(request: pytest.FixtureRequest, made: Made) -> Position:
    wanted = getattr(made, request.param)
    return Position.objects.using("gate").select_related("staff", "office").get(pk=wanted)


@pytest.mark.parametrize("position", ["director"], indirect=True)
def test_the_case_list_of_a_director(position: Position) -> None:
    with acting_as(position):
        row = Case.objects.order_by("-opened_at", "-id")[DEEP]
        first, deep = _first_and_deep(
            "office_cases_page", "'', '', 'all', NULL, false, ", [], row, "opened_at"
        )
    assert deep <= first + 40


@pytest.mark.parametrize("position", ["director", "supervisor"], indirect=True)
@pytest.mark.parametrize(
    "narrowed",
    [
        "'reception', '', 'open', NULL, false",
        "'', 'AA', 'all', NULL, false",
        "'', 'C', 'closed', NULL, false",
    ],
)
def test_the_case_list_narrowed_to_what_is_rare(
    position: Position, made_database: str, narrowed: str
) -> None:
    """Five cases of 20,000 are so; the others are not walked to find them."""
    with superuser(made_database) as session:
        session.execute("SET session_replication_role = replica")
        for changed in ("stage = 'reception', urgency = 'AA'", "stage = 'closed', urgency = 'C'"):
            session.execute(
                f"UPDATE cases_case SET {changed} WHERE id IN (SELECT id FROM cases_case WHERE urgency = 'B' LIMIT 5)"
            )
        session.execute("VACUUM ANALYZE cases_case")
    with acting_as(position):
        assert blocks_of(lambda: page_of(position, narrowed)) < 100


@pytest.mark.parametrize("position", ["director", "supervisor"], indirect=True)
def test_the_case_list_of_one_in_charge_and_of_what_is_overdue(
    position: Position, made_database: str
) -> None:
    """What is rare is found first, and the cases of others are not walked."""
    lead = uuid4()
    with superuser(made_database) as session:
        session.execute("SET session_replication_role = replica")
        session.execute(
            "UPDATE cases_clock SET ended_at = now() WHERE id NOT IN (SELECT id FROM cases_clock LIMIT 5)"
        )
        session.execute(
            "UPDATE cases_grant SET position_id = %s WHERE id IN (SELECT id FROM cases_grant WHERE relation = 'lead' LIMIT 5)",
            [lead],
        )
        session.execute("VACUUM ANALYZE cases_clock, cases_grant")
    with acting_as(position):
        for narrowed in (f"'', '', 'all', '{lead}', false", "'', '', 'open', NULL, true"):
            assert blocks_of(partial(page_of, position, narrowed)) < 100, narrowed


def page_of(position: Position, narrowed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM wall.office_cases_page({narrowed}, 'infinity', %s, false, 26)",
            [UUID(int=2**128 - 1)],
        )
        cursor.fetchall()


@pytest.mark.parametrize("position", ["caseworker"], indirect=True)
def test_an_inbox(position: Position, made_database: str) -> None:
    with superuser(made_database) as session:
        session.execute("SET session_replication_role = replica")
        session.execute(
            """INSERT INTO agencies_notice (id, position_id, kind, reference, path, cause, day, count, created_at, last_at)
               SELECT gen_random_uuid(), %s, 'case_assigned', '', '/cases/', n::text, current_date - n, 1, now(),
                      now() - n * interval '1 minute' FROM generate_series(1, 20000) n""",
            [position.pk],
        )
        session.execute("VACUUM ANALYZE agencies_notice")
    with acting_as(position):
        row = Notice.objects.filter(position=position).order_by("-last_at", "-id")[DEEP]
        first, deep = _first_and_deep("inbox_page", "", [], row, "last_at")
    assert deep <= first + 10


@pytest.mark.parametrize("position", ["caseworker"], indirect=True)
def test_the_receipts_of_one_position(position: Position, made_database: str) -> None:
    with superuser(made_database) as session:
        session.execute("SET session_replication_role = replica")
        session.execute(
            """INSERT INTO cases_filing (id, reference, sender_id, filed_by_id, recipient_id, sent_at, pressing)
               SELECT gen_random_uuid(), 'F' || n, %(office)s, %(position)s, %(office)s, now() - n * interval '1 hour', false
               FROM generate_series(1, 20000) n""",
            {"position": position.pk, "office": position.office_id},
        )
        session.execute("VACUUM ANALYZE cases_filing")
        ((pk, sent_at),) = session.execute(
            "SELECT id, sent_at FROM cases_filing ORDER BY sent_at DESC OFFSET %s LIMIT 1", [DEEP]
        )
    with acting_as(position):
        row = Filing(pk=pk, sent_at=sent_at)
        first, deep = _first_and_deep("receipts_page", "", [], row, "sent_at")
        assert blocks_of(lambda: my_filings(position, {}).rows) < 100
    assert deep <= first + 10


@pytest.mark.parametrize("position", ["caseworker"], indirect=True)
def test_a_progress_record(position: Position, made_database: str) -> None:
    with acting_as(position):
        case = Case.objects.order_by("-opened_at")[0]
    with superuser(made_database) as session:
        session.execute("SET session_replication_role = replica")
        session.execute(
            """INSERT INTO cases_progressentry (id, case_id, written_by_id, written_at, happened_at, method, with_whom, body)
               SELECT gen_random_uuid(), %s, %s, now() - n * interval '1 hour', c.outline, c.outline, c.outline, c.outline
               FROM generate_series(1, %s) n, cases_case c WHERE c.id = %s""",
            [case.pk, position.pk, OF_A_RECORD, case.pk],
        )
        session.execute("VACUUM ANALYZE cases_progressentry")
    with acting_as(position):
        row = ProgressEntry.objects.filter(case=case).order_by("-written_at", "-id")[OF_A_RECORD - 100]
        first, deep = _first_and_deep("progress_page", "%s, NULL, ", [case.pk], row, "written_at")
    assert deep <= first + 10


@pytest.mark.parametrize("position", ["caseworker"], indirect=True)
def test_people_around_a_child(position: Position, made_database: str) -> None:
    with acting_as(position):
        case = Case.objects.order_by("-opened_at")[0]
    columns = ", ".join(Person.TEXTS)
    with superuser(made_database) as session:
        session.execute("SET session_replication_role = replica")
        session.execute(
            f"""INSERT INTO cases_person (id, case_id, version, written_at, {columns})
               SELECT gen_random_uuid(), c.id, 1, now() - n * interval '1 hour', {", ".join(["c.outline"] * len(Person.TEXTS))}
               FROM generate_series(1, %s) n, cases_case c WHERE c.id = %s""",
            [OF_A_RECORD, case.pk],
        )
        session.execute("VACUUM ANALYZE cases_person")
    with acting_as(position):
        row = Person.objects.filter(case=case).order_by("-written_at", "-id")[OF_A_RECORD - 100]
        first, deep = _first_and_deep("people_page", "%s, ", [case.pk], row, "written_at")
    assert deep <= first + 10
