"""Who is the seeder: the owner's login and its word, and never one of the two alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.backends.utils import CursorWrapper

from agencies.staff.acting import acting_as
from cases.records.models import Case
from security.walls.seeder import SEEDS, seeding
from tests.cast import Cast, a_case

FORGERIES = (
    "UPDATE agencies_position SET role = 'director'",
    "UPDATE agencies_office SET code = 'other'",
    "UPDATE cases_case SET opened_at = '2001-01-01'",
    "UPDATE cases_case SET stage = 'closed'",
)


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


@contextmanager
def by_hand() -> Iterator[CursorWrapper]:
    """Somebody with the owner's password in psql, who sees every row as ``wall``."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wall")
        yield cursor


@pytest.mark.parametrize("forgery", FORGERIES)
def test_the_owner_is_bound_by_the_triggers_like_everybody(case: Case, forgery: str) -> None:
    with pytest.raises(IntegrityError), by_hand() as cursor:
        cursor.execute(forgery)


@pytest.mark.parametrize("forgery", FORGERIES[:2])
def test_the_seeder_is_not(case: Case, forgery: str) -> None:
    with seeding(), connections["owner"].cursor() as cursor:
        cursor.execute(forgery.replace("'other'", "left(id::text, 8)"))
        transaction.set_rollback(True, using="owner")


def moved(cursor: CursorWrapper) -> list[bool]:
    """Whether the clock of the rules and that of the access log are the one that the session names."""
    cursor.execute("SET LOCAL tomoshibi.clock = '2001-01-01'")
    cursor.execute(
        "SELECT wall.clock() < '2002-01-01', wall.event_clock() < '2002-01-01', wall.moment() < '2002-01-01'"
    )
    return list(cursor.fetchone())


def test_only_the_seeder_moves_the_clock(cast: Cast) -> None:
    with by_hand() as cursor:
        assert moved(cursor) == [False, False, False]
    with seeding(), connections["owner"].cursor() as cursor:
        assert moved(cursor) == [True, True, True]


@pytest.mark.parametrize("alias", ["default", "gate"])
def test_no_login_of_the_application_is_the_seeder_whatever_it_says(cast: Cast, alias: str) -> None:
    with acting_as(cast.director), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(f"SET LOCAL {SEEDS}")
        cursor.execute("SELECT wall.is_seeder()")
        assert cursor.fetchone() == (False,)


def test_no_wall_asks_who_logged_in_but_through_these_functions(database: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE prosrc ~ '(session|current)_user'), count(*) FROM pg_proc"
            " WHERE pronamespace = 'wall'::regnamespace"
        )
        asking, all_of_them = cursor.fetchone()
    assert asking == 0
    assert all_of_them > 100
