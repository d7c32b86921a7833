"""What has ended is not seen, whenever the transaction began: one isolation level, and the time of the statement."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections

from config.embedded.testing import PASSWORDS
from security.walls.identity import mint_identity, wall_token
from tests.cast import Cast, a_case, as_owner
from tests.unit.referrals import steps

CASES = "SELECT count(*) FROM cases_case"
ITEMS = "SELECT count(*) FROM referrals_packageitem"
LEVELS = ("REPEATABLE READ", "SERIALIZABLE")


def session_of(cast: Cast, name: str) -> psycopg.Connection:
    """A login of the application in the name of somebody, on a connection of its own."""
    position = cast.positions[name]
    mint_identity(f"key of {name}", position.staff_id, position.pk, "test")
    at = connections["default"].settings_dict
    session = psycopg.connect(
        host=at["HOST"], port=at["PORT"], dbname=at["NAME"], user="runtime", password=PASSWORDS["runtime"]
    )
    session.execute("SELECT set_config('tomoshibi.session', %s, false)", [wall_token(f"key of {name}")])
    session.commit()
    return session


def count(session: psycopg.Connection, question: str) -> int:
    row = session.execute(question.encode()).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("level", LEVELS)
def test_an_old_snapshot_shows_nothing(cast: Cast, level: str) -> None:
    report = steps.readable(cast)
    with session_of(cast, "police") as session:
        assert count(session, ITEMS) == len(steps.ITEMS)
        session.rollback()
        session.execute(f"SET TRANSACTION ISOLATION LEVEL {level}".encode())
        assert (
            count(session, "SELECT count(*) FROM agencies_office") == 0
        )  # its snapshot is from before the withdrawal
        assert report.intention is not None
        steps.withdrawn(cast, report.intention)
        assert count(session, ITEMS) == 0


def test_a_withdrawal_is_seen_by_the_next_statement(cast: Cast) -> None:
    report = steps.readable(cast)
    assert report.intention is not None
    with session_of(cast, "police") as session:
        assert count(session, ITEMS) == len(steps.ITEMS)
        steps.withdrawn(cast, report.intention)
        assert count(session, ITEMS) == 0


# What runs out a moment after the transaction of the reader has begun; {} is the moment.
RUNS_OUT = {
    "idle": ("caseworker", CASES, "UPDATE wall.identity SET idle_until = {}"),
    "absolute": ("caseworker", CASES, "UPDATE wall.identity SET ends_at = {}"),
    "grant": ("caseworker", CASES, "UPDATE cases_grant SET ends_at = {}"),
    "wish": ("police", ITEMS, "UPDATE referrals_intention SET valid_until = {}"),
}


@pytest.mark.parametrize("name", RUNS_OUT)
def test_what_runs_out_during_a_transaction_is_gone_in_it(cast: Cast, name: str) -> None:
    reader, question, end = RUNS_OUT[name]
    steps.readable(cast)
    with session_of(cast, reader) as session:
        assert count(session, question) > 0
        (began,) = session.execute("SELECT now()").fetchone() or (None,)
        with as_owner(), connections["owner"].cursor() as cursor:
            # Later than the reader's transaction began, and over by now.
            cursor.execute(end.format("%s"), [began + timedelta(microseconds=1)])
        assert count(session, question) == 0


def test_the_product_itself_reads_committed(cast: Cast) -> None:
    a_case(cast)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)
