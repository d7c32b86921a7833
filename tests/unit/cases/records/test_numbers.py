"""Case numbers only count up, whoever writes SQL, and only past numbers that stand on a case."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import Error, connection, connections, transaction

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.models import Case
from security.walls import clock
from security.walls.seeder import SEEDS
from tests.cast import Cast, a_case, as_role
from tests.unit.security.walls.test_raw_sql import ask, refused

NEXT = "SELECT wall.next_number()"
FIRST = ["0001", "0002", "0003", "0004", "0005", "0006"]
WRITES = (
    "UPDATE cases_casenumber SET last = 0",
    "UPDATE cases_casenumber SET last = 2147483647",
    "UPDATE cases_casenumber SET last = last + 1",
    "INSERT INTO cases_casenumber (office_id, fiscal_year, last) VALUES (gen_random_uuid(), 2027, 9)",
    "DELETE FROM cases_casenumber",
    "SELECT last FROM cases_casenumber FOR UPDATE",
    "TRUNCATE cases_casenumber",
    "LOCK TABLE cases_casenumber",
)


def numbers() -> list[str]:
    """The last four digits of every number given, in order."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE wall")
        cursor.execute("SELECT right(number, 4) FROM cases_case ORDER BY number")
        rows = [row[0] for row in cursor.fetchall()]
        cursor.execute("RESET ROLE")
    return rows


@pytest.mark.parametrize("name", ["caseworker", "director", "admin", "school", None])
def test_the_counter_of_case_numbers_cannot_be_written(cast: Cast, name: str | None) -> None:
    a_case(cast)
    for statement in WRITES:
        refused(cast.positions[name] if name else None, statement)
    a_case(cast)
    assert numbers() == FIRST[:2]


@pytest.mark.parametrize("name", ["station_officer", "school", "clinician", "admin", "privacy", None])
def test_a_role_that_opens_no_case_is_given_no_number(cast: Cast, name: str | None) -> None:
    refused(cast.positions[name] if name else None, NEXT, rule="case_opened_by_right")


def test_a_support_center_of_the_police_has_numbers_of_its_own(cast: Cast) -> None:
    for name, of in (("police", "SUPPORT"), ("caseworker", "KITA")):
        ((number,),) = ask(cast.positions[name], NEXT)
        assert (number.split("-")[0], number.split("-")[-1]) == (of, FIRST[0])


def test_asking_again_and_again_gives_one_number(cast: Cast) -> None:
    """Also where the transaction is kept: a number is passed by a case alone."""
    rows = ask(cast.caseworker, "SELECT wall.next_number() FROM generate_series(1, 500)")
    assert len(set(rows)) == 1
    a_case(cast)
    assert numbers() == FIRST[:1]
    assert ask(cast.colleague, NEXT) != rows[:1]


COPY = """
INSERT INTO cases_case (id, number, child_id, office_id, section_id, track, stage, urgency, version, opened_at)
SELECT %s, regexp_replace(number, '[0-9]+$', %s), child_id, office_id, section_id, track, stage, urgency, version, opened_at
FROM cases_case WHERE id = %s
"""


def _copy(by: Position, case: Case, tail: str) -> None:
    """Open a case by raw SQL like one's own, under a number with this tail."""
    new = uuid4()
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute("SELECT wall.open_case(%s, %s)", [new, by.pk])
        cursor.execute(COPY, [new, tail, case.pk])


@pytest.mark.parametrize("tail", ["0001", "0003", "0999", "99999999999999999999", "2147483647", "", "0002x"])
def test_no_case_takes_a_number_that_is_not_the_next(cast: Cast, tail: str) -> None:
    """Ahead of the counter it would stop the intake on the day the counter comes to it."""
    case = a_case(cast)
    with pytest.raises(Error) as caught:
        _copy(cast.caseworker, case, tail)
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == "case_number_is_next"
    _copy(cast.caseworker, case, "0002")
    a_case(cast)
    assert numbers() == FIRST[:3]


def test_calls_at_the_same_time_get_numbers_of_their_own(cast: Cast) -> None:
    def call(_number: int) -> None:
        try:
            a_case(cast)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(call, FIRST))
    assert numbers() == FIRST


def test_a_call_that_is_rolled_back_stops_no_other(cast: Cast) -> None:
    with transaction.atomic():
        a_case(cast)
        transaction.set_rollback(True)
    a_case(cast)
    assert numbers() == FIRST[:1]


def test_the_count_begins_anew_in_april(cast: Cast) -> None:
    given = []
    with as_role("owner"):
        april = datetime(2027, 4, 1, tzinfo=ZoneInfo("Asia/Tokyo"))
        for moment in (april - timedelta(minutes=1), april):
            with acting_as(cast.caseworker), clock.moved_to(moment), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL {SEEDS}")
                cursor.execute(NEXT)
                given.append(cursor.fetchone()[0])
    assert given == ["KITA-2026-0001", "KITA-2027-0001"]
