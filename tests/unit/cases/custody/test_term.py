"""Custody lasts two months at most (児童福祉法33条12項). Its term begins and ends with decisions, and is told before."""

from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.models import Clock, ClockWarning
from cases.clocks.rules import JAPAN, due_at, last_day
from cases.custody import actions
from cases.decisions.codes import Verdict
from tests.cast import Cast, a_case, as_owner
from tests.unit.cases.clocks.test_warnings import a_clock, swept_at
from tests.unit.cases.custody.test_actions import a_draft, decide, end_facts, in_custody, said

DAYS = st.dates(date(2025, 6, 1), date(2060, 12, 31))
TICK = timedelta(microseconds=1)


def term(cast: Cast) -> Clock:
    with acting_as(cast.caseworker):
        return Clock.objects.filter(kind=ClockKind.CUSTODY_END).latest("started_at")


def same_day_two_months_on(first: date) -> date | None:
    """Counted day by day, as on a wall calendar: the day with the same number in the month after next; None where it has none."""
    day, turned = first, 0
    while turned < 2:
        day += timedelta(days=1)
        turned += day.day == 1
    month = day.month
    while day.month == month:
        if day.day == first.day:
            return day
        day += timedelta(days=1)
    return None


@given(DAYS)
def test_two_months_of_the_calendar(first: date) -> None:
    """児童福祉法33条12項, counted as 民法143条 does, the day of the start included."""
    last, same = last_day(first), same_day_two_months_on(first)
    if same is None:
        assert (last + timedelta(days=1)).day == 1
        assert (last.month - first.month) % 12 == 2
    else:
        assert last + timedelta(days=1) == same


@given(DAYS, st.times())
def test_it_is_due_at_the_last_moment_of_that_day_wherever_in_it_custody_began(
    first: date, hour: time
) -> None:
    due = due_at(ClockKind.CUSTODY_END, datetime.combine(first, hour, JAPAN).astimezone(UTC), Office())
    assert due == datetime.combine(last_day(first), time.max, JAPAN)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2026-12-31T00:00", "2027-02-28"),
        ("2027-12-31T23:59", "2028-02-29"),
        ("2026-12-30T23:59", "2027-02-28"),
        ("2026-12-29T00:00", "2027-02-28"),
        ("2027-12-30T00:00", "2028-02-29"),
        ("2026-07-01T23:59", "2026-08-31"),
        ("2026-07-02T00:00", "2026-09-01"),
    ],
)
def test_the_edges_of_months(start: str, last: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=JAPAN)
    assert due_at(ClockKind.CUSTODY_END, at, Office()).date().isoformat() == last


@pytest.mark.usefixtures("cast")
def test_the_database_counts_the_same_days() -> None:
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(800)]  # with a leap year
    with as_owner(), connections["owner"].cursor() as cursor:
        for edge in (time(0, 0), time(23, 59, 59)):
            cursor.execute(
                "SELECT wall.two_months_over(d) FROM unnest(%s::timestamptz[]) WITH ORDINALITY u(d, n) ORDER BY n",
                [[datetime.combine(day, edge, JAPAN) for day in days]],
            )
            over = [row[0].astimezone(JAPAN) for row in cursor.fetchall()]
            assert [at - TICK for at in over] == [
                datetime.combine(last_day(day), time.max, JAPAN) for day in days
            ]


def test_it_begins_with_custody_in_writing_or_by_word_of_mouth(cast: Cast) -> None:
    row = in_custody(cast)
    assert (term(cast).started_at, term(cast).state) == (row.effective_at, ClockState.RUNNING)
    oral = a_draft(cast, a_case(cast), **said())
    with acting_as(cast.caseworker):
        limit = Clock.objects.get(case=oral.case, kind=ClockKind.CUSTODY_END)
    assert limit.started_at == oral.effective_at
    decide(cast, oral)  # confirmed: it counts from when custody began, not from the confirmation
    with acting_as(cast.caseworker):
        assert Clock.objects.get(case=oral.case, kind=ClockKind.CUSTODY_END) == limit


@pytest.mark.parametrize("began", [True, False])
def test_an_oral_decision_that_is_not_approved_leaves_no_term(cast: Cast, began: bool) -> None:
    oral = a_draft(cast, **said())
    decide(cast, oral, verdict=Verdict.RETURN, note="確認できない", began=began)
    assert term(cast).state is ClockState.ENDED


def test_it_is_kept_by_the_end_of_custody(cast: Cast) -> None:
    row = in_custody(cast)
    with acting_as(cast.caseworker):
        end = actions.draft_end(row.case, end_facts(), by=cast.caseworker)
    decide(cast, end)
    assert (term(cast).state, term(cast).met_at) == (ClockState.MET, end.effective_at)


def test_no_end_lies_ahead_of_the_last_day(cast: Cast) -> None:
    row = in_custody(cast)
    over = term(cast).due_at + TICK
    with acting_as(cast.caseworker):
        with pytest.raises(Refused, match="effective_at"):
            actions.draft_end(row.case, end_facts(effective_at=over), by=cast.caseworker)
        end = actions.draft_end(row.case, end_facts(effective_at=over - TICK), by=cast.caseworker)
    assert decide(cast, end).approved


@pytest.mark.parametrize("name", ["caseworker", "supervisor", "director"])
def test_raw_sql_neither_keeps_nor_ends_nor_renews_a_term(cast: Cast, name: str) -> None:
    row = in_custody(cast)
    limit = term(cast)
    anew = (
        "INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)"
        " SELECT gen_random_uuid(), case_id, kind, started_at - interval '1 day', due_at - interval '2 days' FROM cases_clock"
        " WHERE kind = 'custody_end'"
    )
    calls = {
        "custody_term": "UPDATE cases_clock SET met_at = now() WHERE kind = 'custody_end'",
        "clock_ends_by_act": f"SELECT wall.end_clock('{limit.pk}')",
        "custody_term ": anew,
    }
    for wall, statement in calls.items():
        with acting_as(cast.positions[name]), pytest.raises(IntegrityError) as refusal, transaction.atomic():
            connection.cursor().execute(statement)
        assert refusal.value.__cause__.diag.constraint_name == wall.strip()  # type: ignore[union-attr]  # psycopg's
    with acting_as(cast.caseworker):
        assert Clock.objects.running().filter(case=row.case_id, kind=ClockKind.CUSTODY_END).get() == limit


def test_nobody_not_even_the_seeder_has_a_longer_term(cast: Cast) -> None:
    case = a_case(cast)
    start = datetime(2027, 1, 31, 12, tzinfo=JAPAN)  # until 30 March: 58 days, while two months may have 62
    with as_owner(), pytest.raises(IntegrityError, match="two months at most"), transaction.atomic("owner"):
        Clock.objects.using("owner").create(
            case=case, kind="custody_end", started_at=start, due_at=datetime(2027, 3, 31, 0, 1, tzinfo=JAPAN)
        )


def notices(cast: Cast, kind: str) -> int:
    with as_owner():
        rows = Notice.objects.using("owner").filter(kind=f"clock_{kind}", position=cast.director)
        return sum(row.count for row in rows)


def test_each_of_the_three_warnings_is_told_once_and_the_latest_alone(cast: Cast) -> None:
    case = a_case(cast)
    row = a_clock(case, datetime(2026, 12, 1, 10, tzinfo=JAPAN), ClockKind.CUSTODY_END)
    for days, total in ((31, 0), (30, 1), (29, 1), (14, 2), (13, 2), (7, 3), (1, 3)):
        swept_at(row.due_at - timedelta(days=days))
        assert notices(cast, "soon") == total, days
    late = a_clock(a_case(cast), datetime(2026, 12, 1, 10, tzinfo=JAPAN), ClockKind.CUSTODY_END)
    assert swept_at(late.due_at - timedelta(days=5)) == 1
    with as_owner():
        assert [one.step for one in ClockWarning.objects.using("owner").filter(clock=late)] == ["soon"]


@pytest.mark.parametrize(("at", "passed"), [(-TICK, 0), (timedelta(0), 1)])
def test_the_day_ends_at_midnight_in_japan(cast: Cast, at: timedelta, passed: int) -> None:
    row = a_clock(a_case(cast), datetime(2026, 12, 31, 23, 59, tzinfo=JAPAN), ClockKind.CUSTODY_END)
    assert row.due_at + TICK == datetime(2027, 3, 1, tzinfo=JAPAN)
    swept_at(row.due_at + at)
    assert notices(cast, "due") == passed


def test_custody_of_an_older_version_has_its_term_from_its_start(cast: Cast) -> None:
    """What the migration writes is what the rule says."""
    row = in_custody(cast)
    expected = term(cast).due_at
    lasting = import_module("cases.migrations.0035_custody_terms").LASTING
    with as_owner(), connections["owner"].cursor() as cursor:
        Clock.objects.using("owner").filter(kind="custody_end").delete()
        cursor.execute(lasting)
        written = Clock.objects.using("owner").get(kind="custody_end")
    assert (written.case_id, written.started_at, written.due_at) == (row.case_id, row.effective_at, expected)
