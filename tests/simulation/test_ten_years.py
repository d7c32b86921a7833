"""Ten years of an office in a minute: calls, time limits, reports, mails and people, and what must never be, day after day."""

import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from pytest_django import Settings

from cases.clocks import tasks as limits
from cases.duties import tasks as duties
from cases.records.models import Case
from security.outbox.models import Outbox
from security.walls.identity import set_identity
from security.walls.seeder import seeding
from tests.cast import Cast
from tests.simulation.lives import calls
from tests.simulation.office import (
    JAPAN,
    Office,
    Rare,
    as_seeder,
    hand_over_everything,
    make_months,
    successor_comes,
)
from tests.simulation.post import Post

FIRST, LAST = date(2015, 4, 1), date(2025, 3, 31)
SEED = "TOMOSHIBI_SEED"
"""Set it to see the same ten years again."""
INVARIANTS, WATCHED = (
    (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8") for name in ("invariants", "watch")
)
NEXT_DAY = timedelta(days=1)
HOURS = (time(0), time(12), time(23, 59, 45))
STILL = timedelta(days=3)
ASLEEP = 0.05
"""The share of turns in which the worker does not come: neither watch runs, and the next turn tells what was due meanwhile."""


@pytest.fixture
def office(database: str, settings: Settings) -> Iterator[Office]:
    settings.EMAIL_BACKEND = "tests.simulation.post.MailServer"
    mail.outbox = []
    seed = int(os.environ.get(SEED) or int.from_bytes(os.urandom(4), "big"))
    print(f"{SEED}={seed}")  # noqa: T201 - pytest shows it where the test fails
    with as_seeder(FIRST):
        yield Office(Cast.load(), seed, FIRST)


def test_ten_years(office: Office) -> None:
    post = Post(office)
    office.begin(calls(office), timedelta(hours=9))
    looked_at = 0
    day = FIRST
    while day <= LAST:
        if day.day == 20:
            make_months(day, 2)
        with seeding("default"):
            lived(office, post, day)
        looked_at += 1
        day += NEXT_DAY
    assert looked_at == (LAST - FIRST).days + 1
    with seeding("default"):  # nobody else sees every row
        assert Case.objects.count() > 80
        assert Outbox.objects.exclude(done_at=None).count() > 1000
        office.reached[Rare.NEW_MONTH] = months_written() - 1
    assert [rare for rare in Rare if not office.reached[rare]] == [], office.reached


def lived(office: Office, post: Post, day: date) -> None:
    """One day, and what must never be at its end."""
    morning, noon, night = (datetime.combine(day, at, JAPAN) for at in HOURS)
    office.live_until(morning)
    _calendar(office, day)
    at_noon = office.happens(0.5)
    office.live_until(noon)
    with office.moment():
        if at_noon:
            watched(office)
        post.rounds(office.rng.choice("AB"))
    office.live_until(night)
    with office.moment():
        if not at_noon:
            watched(office)
        post.a_day()
        assert broken(office, everything=day.day == 1) == [], day
        assert nothing_ended_is_read(office) == 0, day
    if day.day == 1:
        assert post.account() == [], day


def _calendar(office: Office, day: date) -> None:
    """What the year brings: in March the next person, on 1 April the hand-over."""
    if (day.month, day.day) == (3, 20):
        with office.moment():
            successor_comes(office)
    if (day.month, day.day) == (4, 1) and day != FIRST:
        with office.moment():
            hand_over_everything(office)


def watched(office: Office) -> None:
    """Both watches run, as the worker calls them, unless it sleeps (児童虐待防止法8条, 児童福祉法33条). What must never be then:
    something due that is untold; or told although it is done, to nobody, twice, or to somebody who cannot open it."""
    if office.happens(ASLEEP):
        office.slept = True
        return
    with office.moment():
        passed, owed = limits.warn(), duties.warn()
        with connection.cursor() as cursor:
            cursor.execute(WATCHED, {"now": office.now, "told": passed + owed > 0})
            assert [found for (found,) in cursor.fetchall()] == [], office.now
    office.reached[Rare.LIMIT_TOLD] += passed
    office.reached[Rare.DUTY_TOLD] += owed
    office.reached[Rare.SLEPT] += office.slept and passed + owed > 0
    office.slept = False


def broken(office: Office, *, everything: bool) -> list[str]:
    """What is there and must never be; ``everything``: also among what has not changed for days."""
    since = datetime.combine(FIRST, time(0), JAPAN) if everything else office.now - STILL
    with connection.cursor() as cursor:
        cursor.execute(INVARIANTS, {"since": since, "now": office.now})
        return [found for (found,) in cursor.fetchall()]


def nothing_ended_is_read(office: Office) -> int:
    """How many disclosures the officer, who signed in this month, could open now although they have ended, or their basis has."""
    set_identity(office.session_of_police())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), wall.my_position() FROM public.referrals_disclosure d"
            " WHERE d.id IN (SELECT wall.my_disclosures()) AND (d.ended_at IS NOT NULL OR NOT wall.basis_holds(d))"
        )
        found, who = cursor.fetchone()
    assert who == office.cast.police.pk
    return int(found)


def months_written() -> int:
    """In how many months' partitions the access log has events."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT tableoid) FROM public.security_event")
        return int(cursor.fetchone()[0])
