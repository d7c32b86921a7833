"""The day and the month of a psychologist with 200 courses of help and 4,000 sessions: each reads its own days."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections
from django.db.models import QuerySet
from pytest_django import DjangoDbBlocker

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from bench.data import Made, Plan, fill
from bench.sessions import PLANS, SESSIONS, write
from cases.sessions.models import Session
from cases.sessions.queries import DAY_MOST, MONTH_MOST, given_by, to_record_by
from face.lines import FEW
from face.months import begins
from security.walls import clock
from tests.conftest import copy_database, drop_database, use_database
from tests.sweeps.test_explain import superuser
from tests.sweeps.test_explain_log import blocks_of

CASES = 1_000


@pytest.fixture(scope="module")
def given_template(template: str) -> Iterator[tuple[str, Made]]:
    name = copy_database(template, "sessions")
    with superuser(name) as session:
        made = fill(session, CASES, bulk=True, plan=Plan(per_caseworker=2 * PLANS))
        write(session, made.caseworker, PLANS, SESSIONS)
    yield name, made
    drop_database(name)


@pytest.fixture
def given(given_template: tuple[str, Made], django_db_blocker: DjangoDbBlocker) -> Iterator[Position]:
    """Who gives the sessions, for tests that only read."""
    with django_db_blocker.unblock():
        use_database(given_template[0])
        yield (
            Position.objects.using("gate")
            .select_related("staff", "office")
            .get(pk=given_template[1].caseworker)
        )
        connections.close_all()


def test_a_day_and_a_month_read_their_own_days(given: Position) -> None:
    today = clock.today()
    with acting_as(given):
        day = partial(_read, given_by(given, today, today + timedelta(days=1), DAY_MOST))
        month = partial(_read, given_by(given, today, today + timedelta(days=30), MONTH_MOST))
        due = partial(_read, to_record_by(given, begins(today + timedelta(days=1)))[:FEW])
        assert Session.objects.filter(provider=given).count() == SESSIONS
        assert len(day()) == 3
        assert 85 <= len(month()) <= 91
        read = blocks_of(day), blocks_of(month), blocks_of(due)
        assert read[0] < 100
        assert read[1] < 1_000
        assert read[2] < 100


def _read(rows: QuerySet[Session]) -> list[Session]:
    return list(rows.all())
