"""How long custody may last, and by when an oral decision is confirmed."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.directory.models import Office
from cases.clocks.rules import last_day
from cases.custody.codes import STAY, Consent, Ground, Place
from cases.custody.rules import confirm_by, lies_back, needs_warrant

JAPAN = ZoneInfo("Asia/Tokyo")
ZONES = st.sampled_from([JAPAN, ZoneInfo("UTC")])
FIRST, LAST = datetime(2025, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001 - zoned by the strategy
MOMENTS = st.datetimes(FIRST, LAST, timezones=ZONES)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-06-01", "2025-07-31"),
        ("2025-12-31", "2026-02-28"),
        ("2025-12-29", "2026-02-28"),
        ("2025-11-15", "2026-01-14"),
    ],
)
def test_two_months_counted_from_the_start_day(first: str, last: str) -> None:
    """Two months at the most (児童福祉法33条12項), ending as months do (民法143条)."""
    assert last_day(date.fromisoformat(first)).isoformat() == last


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_never_longer_than_two_months(first: date) -> None:
    """Whatever the day it began (児童福祉法33条12項)."""
    assert timedelta(days=57) <= last_day(first) - first <= timedelta(days=61)


@given(MOMENTS)
def test_confirmed_by_the_next_morning_at_nine(said: datetime) -> None:
    morning = confirm_by(said)
    assert (morning.astimezone(JAPAN).hour, morning.minute) == (9, 0)
    assert timedelta(0) < morning - said <= timedelta(days=1)


@pytest.mark.parametrize(
    ("starts_at", "now", "back"),
    [
        ("2026-06-01T23:10", "2026-06-02T00:05", False),  # a draft that was written over midnight
        ("2026-06-01T23:10", "2026-06-02T00:10", False),
        ("2026-06-01T23:10", "2026-06-02T00:11", True),
        ("2026-06-01T00:00", "2026-06-01T23:59", False),  # many hours, but of one day
        ("2026-06-01T11:00", "2026-06-02T11:00", True),
        ("2026-06-04T11:00", "2026-06-02T11:00", False),
        ("2026-12-31T23:30", "2027-01-01T00:15", False),
        ("2026-12-31T22:30", "2027-01-01T00:15", True),
    ],
)
@pytest.mark.parametrize("zone", [JAPAN, UTC])
def test_a_start_counts_as_past_from_the_next_day_in_japan(
    starts_at: str, now: str, back: bool, zone: tzinfo
) -> None:
    moments = [datetime.fromisoformat(f"{moment}+09:00").astimezone(zone) for moment in (starts_at, now)]
    assert lies_back(*moments) is back


def test_every_code_has_its_row() -> None:
    """Among them the seven grounds (児童福祉法施行規則35条の3)."""
    assert {consent: needs_warrant(consent, Office()) for consent in Consent} == {
        Consent.CONSENTS: False,
        Consent.OBJECTS: True,
        Consent.NOBODY: False,
        Consent.NOT_ASKED: True,
    }
    assert needs_warrant(Consent.NOBODY, Office(warrant_if_nobody=True))
    assert set(STAY) == set(Place)
    assert [ground.value for ground in Ground] == list("1234567")
