"""Which nights there are, and who receives the sheet of one: once, in the morning, with person and time."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import Error, connection, transaction

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.nights import rules
from cases.nights.actions import take_sheet
from cases.nights.models import NightSheet
from cases.nights.queries import receipt_of
from cases.nights.rules import A_DAY, has_sheet, is_working_day, night_at, working_day
from security.walls import clock
from tests.cast import Cast

JAPAN = ZoneInfo("Asia/Tokyo")
INSERT = "INSERT INTO cases_nightsheet (id, office_id, night, taken_by_id, taken_at) VALUES (gen_random_uuid(), %s, %s, %s, %s)"


def on(day: str, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), JAPAN).replace(
        hour=hour, minute=minute
    )


def a_night() -> date:
    """The last night but one, which is over whenever the tests run."""
    return working_day(night_at(clock.now()), -A_DAY)


@pytest.mark.parametrize(
    ("now", "night", "morning"),
    [
        (on("2026-11-27", 9), "2026-11-26", "2026-11-27"),
        (on("2026-11-26", 17, 14), "2026-11-25", "2026-11-26"),
        (on("2026-11-26", 17, 15), "2026-11-26", "2026-11-27"),
        (on("2026-11-29", 3), "2026-11-27", "2026-11-30"),  # a weekend
        (on("2026-11-23", 12), "2026-11-20", "2026-11-24"),  # 勤労感謝の日, a Monday
        (on("2026-05-06", 12), "2026-05-01", "2026-05-07"),  # 憲法記念日 on a Sunday moves to the 6th
        (on("2026-09-22", 12), "2026-09-18", "2026-09-24"),  # 国民の休日 between two holidays
        (on("2027-01-03", 12), "2026-12-28", "2027-01-04"),
    ],
)
def test_a_night_lasts_over_weekends_and_holidays(now: datetime, night: str, morning: str) -> None:
    assert night_at(now) == date.fromisoformat(night)
    assert working_day(date.fromisoformat(night), A_DAY) == date.fromisoformat(morning)


@pytest.mark.parametrize("day", ["2026-12-29", "2026-12-31", "2027-01-01", "2027-01-02", "2026-11-28"])
def test_offices_are_closed(day: str) -> None:
    """地方自治法4条の2: holidays and, by ordinance, the days about New Year."""
    assert not is_working_day(date.fromisoformat(day))
    assert is_working_day(date(2026, 12, 28))
    assert is_working_day(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("night", "there_is"),
    [
        ("2026-11-27", True),
        ("2026-11-28", False),
        ("2026-11-30", False),
        ("2026-11-16", True),
        ("2026-11-13", False),
    ],
)
def test_sheets_are_of_nights_that_began_in_the_last_two_weeks(night: str, there_is: bool) -> None:
    assert has_sheet(date.fromisoformat(night), on("2026-11-30", 9)) is there_is


def test_a_sheet_is_received_in_the_morning(cast: Cast) -> None:
    night = date(2026, 11, 27)
    with pytest.raises(Refused, match="early"):
        rules.check_may_take(night, None, cast.caseworker, on("2026-11-30", 8, 29))
    rules.check_may_take(night, None, cast.caseworker, on("2026-11-30", 8, 30))


def test_received_once_with_person_and_time(cast: Cast) -> None:
    night, before = a_night(), clock.now()
    with acting_as(cast.caseworker):
        take_sheet(night, by=cast.caseworker)
    with acting_as(cast.supervisor):
        kept = receipt_of(night, cast.supervisor)
        assert kept is not None
        assert kept.taken_by == cast.caseworker
        assert before - timedelta(seconds=5) <= kept.taken_at <= clock.now() + timedelta(seconds=5)
        with pytest.raises(Refused, match="taken"):
            take_sheet(night, by=cast.supervisor)
    with acting_as(cast.stranger):
        assert receipt_of(night, cast.stranger) is None
        take_sheet(night, by=cast.stranger)  # another office has its own


def test_who_is_quicker_receives_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unique row decides where both have seen none."""
    night = a_night()
    with acting_as(cast.duty):
        take_sheet(night, by=cast.duty)
    monkeypatch.setattr("cases.nights.actions.receipt_of", lambda *_arguments: None)
    with acting_as(cast.caseworker), pytest.raises(Refused, match="taken"):
        take_sheet(night, by=cast.caseworker)


@pytest.mark.parametrize("who", ["school", "police", "admin", "privacy"])
def test_nobody_else_receives_it(cast: Cast, who: str) -> None:
    by = cast.positions[who]
    with acting_as(by):
        with pytest.raises(Refused):
            take_sheet(a_night(), by=by)
        assert written(by, by.office_id, a_night()) == "refused"


def written(by: Position, office: UUID, night: date, **facts: Any) -> str:
    """What the database makes of a receipt by raw SQL."""
    at = facts.get("at", clock.now())
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERT, [office, night, facts.get("of", by.pk), at])
    except Error:
        return "refused"
    return "kept"


def test_raw_sql_signs_for_nobody_else_and_moves_no_time(cast: Cast) -> None:
    by, night = cast.caseworker, a_night()
    other = cast.stranger.office_id
    with acting_as(by):
        assert written(by, other, night) == "refused"
        assert written(by, by.office_id, clock.today()) == "refused"
        assert written(by, by.office_id, clock.today() - 30 * A_DAY) == "refused"
        assert written(by, by.office_id, night, of=cast.director.pk, at=clock.now() - A_DAY) == "kept"
        row = NightSheet.objects.get()
        assert row.taken_by_id == by.pk
        assert clock.now() - row.taken_at < timedelta(minutes=1)
        for change in ("UPDATE cases_nightsheet SET taken_at = now()", "DELETE FROM cases_nightsheet"):
            with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
