"""Custody of one child in two cases, in every order of the steps: never two at once, and an end lets the next begin."""

from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.custody import actions
from config.embedded.postgres import Server
from config.embedded.testing import PASSWORDS, server_home
from tests.cast import Cast
from tests.conftest import superuser
from tests.isolation.test_every_order import PATIENCE, orders_of, session_of
from tests.isolation.tester import HERE, Run, run, spec_of
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts
from tests.unit.cases.custody.test_apart import two_cases

STARTS = ("custody", "custody_beside")
START_AND_END = ("custody_over", "custody_beside")
TWO = "! two custodies of one child overlap"


class World:
    """Two cases of one child: in both a start waits (``drafted``); the one is in force and its end waits (``lasting``)."""

    def __init__(self, cast: Cast, database: str) -> None:
        self.database = database
        self.conninfo = Server(server_home(), "").conninfo(
            dbname=database, user="runtime", password=PASSWORDS["runtime"]
        )
        case, other = two_cases(cast)
        now = timezone.now()
        one = a_draft(cast, case, effective_at=now - timedelta(minutes=5))
        beside = a_draft(cast, other, effective_at=now - timedelta(minutes=1))
        with superuser(database) as attacker:
            attacker.execute((HERE / "world.sql").read_text(encoding="utf-8"))
            attacker.execute("SELECT test.keep('drafted')")
            decide(cast, one)
            with acting_as(cast.caseworker):
                facts = end_facts(effective_at=now - timedelta(minutes=2))
                ending = actions.draft_end(case, facts, by=cast.caseworker)
            attacker.execute("SELECT test.keep('lasting')")
        self.names = {"one": str(one.pk), "beside": str(beside.pk), "ending": str(ending.pk)}
        self.names |= {"patience": PATIENCE, "director": session_of(cast.director)}
        self.names |= {"police": session_of(cast.police)}
        connections.close_all()

    def every_order(self, sessions: tuple[str, ...], state: str) -> list[Run]:
        runs = run(self.conninfo, spec_of(sessions, state, self.names))
        assert len(runs) == orders_of(sessions) == 6
        return runs


@pytest.fixture
def apart(cast: Cast, database: str) -> World:
    return World(cast, database)


def test_of_two_starts_one_is_refused_whatever_the_order(apart: World) -> None:
    for one in apart.every_order(STARTS, "drafted"):
        assert one.violations == [], one
        assert len(one.errors) == 1, one


def test_a_start_follows_an_end_that_has_been_committed_and_no_other(apart: World) -> None:
    runs = apart.every_order(START_AND_END, "lasting")
    for one in runs:
        assert one.violations == [], one
        after = one.is_before("custody_over_ends", "custody_beside_acts")
        assert set(one.errors) == (set() if after else {"custody_beside_acts"}), one
    assert {bool(one.errors) for one in runs} == {True, False}


def test_what_is_looked_at_finds_the_wall_that_is_taken_away(apart: World) -> None:
    with superuser(apart.database) as attacker:
        attacker.execute("ALTER TABLE cases_custodydecision DISABLE TRIGGER custody_apart")
    for one in apart.every_order(STARTS, "drafted"):
        assert one.violations == [TWO], one
