"""The dates the law sets, for any start: counted in hours, or in calendar days of Japan, and never moved."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agencies.directory.models import Office
from cases.clocks.codes import ClockKind
from cases.clocks.models import LONGEST
from cases.clocks.rules import due_at

JAPAN = ZoneInfo("Asia/Tokyo")
ZONES = st.sampled_from([ZoneInfo("UTC"), JAPAN, ZoneInfo("America/New_York")])
STARTS = st.datetimes(min_value=datetime(2025, 6, 1), max_value=datetime(2040, 12, 31), timezones=ZONES)  # noqa: DTZ001 - zoned by the strategy
HOURS = st.integers(1, 48)


@given(STARTS, HOURS)
def test_safety_is_the_offices_hours_after_the_notification(start: datetime, hours: int) -> None:
    """児童虐待防止法8条, as the guideline and the office count it."""
    due = due_at(ClockKind.SAFETY, start, Office(safety_hours=hours))
    assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


@given(STARTS)
def test_warrant_is_due_at_the_end_of_the_seventh_day_with_the_start_as_day_one(start: datetime) -> None:
    """児童福祉法33条."""
    due = due_at(ClockKind.WARRANT, start, Office())
    first_day = start.astimezone(JAPAN).date()
    assert [first_day + timedelta(days=n) for n in range(7)][-1] == due.astimezone(JAPAN).date()
    assert (due + timedelta(microseconds=1)).astimezone(JAPAN).time().isoformat() == "00:00:00"


@given(STARTS, HOURS, st.sampled_from(ClockKind))
def test_no_date_is_laxer_than_the_source(start: datetime, hours: int, kind: ClockKind) -> None:
    due = due_at(kind, start, Office(safety_hours=hours))
    assert timedelta(0) < due.astimezone(UTC) - start.astimezone(UTC) <= LONGEST[kind]


@given(STARTS, st.integers(1, 400))
def test_weekends_and_holidays_make_no_difference(start: datetime, days: int) -> None:
    # In Japan there is no summer time, so a start days later is due days later, whatever days they are.
    start = start.astimezone(JAPAN)
    # Months and years differ in length: tests/unit/cases/custody/test_term.py, tests/unit/cases/placement/test_court.py
    for kind in set(ClockKind) - {ClockKind.CUSTODY_END, ClockKind.PLACEMENT_TERM}:
        moved = due_at(kind, start + timedelta(days=days), Office())
        assert moved - due_at(kind, start, Office()) == timedelta(days=days)


def test_an_evening_start_counts_as_a_whole_day() -> None:
    start = datetime(2025, 6, 1, 23, 59, tzinfo=JAPAN)
    assert due_at(ClockKind.WARRANT, start, Office()).date().isoformat() == "2025-06-07"
    # 15:30 on 31 May in UTC is half past midnight on 1 June in Japan.
    start = datetime(2025, 5, 31, 15, 30, tzinfo=ZoneInfo("UTC"))
    assert due_at(ClockKind.WARRANT, start, Office()).date().isoformat() == "2025-06-07"
