"""Starting, meeting and ending; who may, what raw SQL cannot do, and what is due for whom."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.clocks import actions, panel
from cases.clocks.codes import ClockKind, ClockState
from cases.clocks.models import Clock
from cases.clocks.queries import due_for
from cases.clocks.rules import due_at
from cases.records.models import Case
from tests.cast import Cast, a_case, as_owner
from tests.rights import every_column


def a_clock(cast: Cast, case: Case, kind: ClockKind = ClockKind.SAFETY, hours_ago: float = 1) -> Clock:
    with acting_as(cast.caseworker):
        started_at = timezone.now() - timedelta(hours=hours_ago)
        return actions.start(case, kind, started_at=started_at, by=cast.caseworker)


BY_AN_ACT = (ClockKind.CUSTODY_END, ClockKind.PLACEMENT_TERM, ClockKind.WARRANT_REVIEW)
"""Only a decision or a ruling starts these."""


def of_no_act(case: Case, kind: ClockKind) -> Clock:
    """A limit that nothing has started."""
    start = timezone.now()
    with as_owner():
        due = due_at(kind, start, case.office)
        rows = Clock.objects.using("owner")
        return rows.create(case=case, kind=kind, started_at=start, due_at=due)


def test_met_in_time(cast: Cast) -> None:
    clock = a_clock(cast, a_case(cast))
    with acting_as(cast.supervisor):
        met = actions.meet(clock, at=timezone.now(), by=cast.supervisor)
        assert (met.state, met.met_by) == (ClockState.MET, cast.supervisor)


def test_an_overdue_clock_can_be_met(cast: Cast) -> None:
    clock = a_clock(cast, a_case(cast), hours_ago=50)
    assert clock.is_overdue
    with acting_as(cast.caseworker):
        met = actions.meet(clock, at=timezone.now(), by=cast.caseworker)
        assert (met.state, met.is_overdue) == (ClockState.MET, False)


def test_a_running_clock_keeps_its_earlier_date(cast: Cast) -> None:
    case = a_case(cast)
    first = a_clock(cast, case, hours_ago=5)
    assert a_clock(cast, case, hours_ago=1) == first


def test_an_earlier_notification_found_later_makes_the_date_earlier(cast: Cast) -> None:
    case = a_case(cast)
    first = a_clock(cast, case, hours_ago=1)
    second = a_clock(cast, case, hours_ago=5)
    with acting_as(cast.caseworker):
        assert second != first
        assert list(Clock.objects.running().filter(case=case)) == [second]


@pytest.mark.parametrize(
    ("code", "offset"), [("future", timedelta(minutes=5)), ("before_start", timedelta(hours=-2))]
)
def test_met_between_start_and_now_only(cast: Cast, code: str, offset: timedelta) -> None:
    clock = a_clock(cast, a_case(cast))
    with acting_as(cast.caseworker), pytest.raises(Refused) as refusal:
        actions.meet(clock, at=timezone.now() + offset, by=cast.caseworker)
    assert refusal.value.code == code


@pytest.mark.parametrize("verb", ["meet", "end"])
def test_nothing_follows_a_met_or_ended_clock(cast: Cast, verb: str) -> None:
    clock = a_clock(cast, a_case(cast))
    with as_owner():
        Clock.objects.using("owner").filter(pk=clock.pk).update(ended_at=timezone.now())
    with acting_as(cast.caseworker), pytest.raises(Refused, match="not_running"):
        actions.meet(clock, at=timezone.now(), by=cast.caseworker) if verb == "meet" else actions.end(
            clock, by=cast.caseworker
        )


@pytest.mark.parametrize("kind", ClockKind)
@pytest.mark.parametrize("name", ["caseworker", "director", "colleague", "stranger"])
def test_no_clock_ends_without_what_took_its_reason_away(cast: Cast, name: str, kind: ClockKind) -> None:
    case = a_case(cast)
    clock = of_no_act(case, kind) if kind in BY_AN_ACT else a_clock(cast, case, kind)
    with acting_as(cast.positions[name]), pytest.raises(IntegrityError) as refusal, transaction.atomic():
        connection.cursor().execute("SELECT wall.end_clock(%s)", [clock.pk])
    assert refusal.value.__cause__.diag.constraint_name == "clock_ends_by_act"  # type: ignore[union-attr]  # psycopg's


@pytest.mark.parametrize(
    "at", ["'2001-01-01'", "'2035-01-01'", "started_at - interval '1 minute'", "now() + interval '1 hour'"]
)
def test_raw_sql_meets_no_clock_before_its_start_or_ahead(cast: Cast, at: str) -> None:
    a_clock(cast, a_case(cast))
    with acting_as(cast.caseworker), pytest.raises(IntegrityError) as refusal, transaction.atomic():
        connection.cursor().execute(f"UPDATE cases_clock SET met_at = {at}")
    assert refusal.value.__cause__.diag.constraint_name == "clock_stays"  # type: ignore[union-attr]  # psycopg's


def test_raw_sql_starts_no_clock_ahead(cast: Cast) -> None:
    case = a_case(cast)
    insert = (
        "INSERT INTO cases_clock (id, case_id, kind, started_at, due_at)"
        " SELECT gen_random_uuid(), %s, 'safety', now() + interval '1 hour', now() + interval '2 hours'"
    )
    with acting_as(cast.caseworker), pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(insert, [case.pk])


@pytest.mark.parametrize("name", ["colleague", "stranger", "police", "school", "privacy"])
def test_only_the_team_starts_and_reads(cast: Cast, name: str) -> None:
    case = a_case(cast)
    a_clock(cast, case)
    with acting_as(cast.positions[name]):
        assert not Clock.objects.exists()
        with pytest.raises(Refused):
            actions.start(case, ClockKind.WARRANT, started_at=timezone.now(), by=cast.positions[name])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_clock SET due_at = due_at + interval '1 hour'",
        "UPDATE cases_clock SET started_at = started_at + interval '1 hour'",
        "UPDATE cases_clock SET kind = 'warrant'",
    ],
)
def test_raw_sql_puts_no_date_off(cast: Cast, statement: str) -> None:
    a_clock(cast, a_case(cast))
    with (
        every_column("cases_clock"),
        acting_as(cast.caseworker),
        pytest.raises(DatabaseError, match=r"stays|cannot be changed"),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


def test_raw_sql_meets_no_clock_for_a_colleague(cast: Cast) -> None:
    a_clock(cast, a_case(cast))
    with acting_as(cast.caseworker):
        connection.cursor().execute(
            "UPDATE cases_clock SET met_at = now(), met_by_id = %s", [cast.supervisor.pk]
        )
        assert Clock.objects.get().met_by_id == cast.caseworker.pk


@pytest.mark.parametrize(("met", "ended"), [("now()", "NULL"), ("NULL", "now()"), ("NULL", "NULL")])
def test_raw_sql_starts_no_clock_that_a_colleague_has_met(cast: Cast, met: str, ended: str) -> None:
    row = a_clock(cast, a_case(cast))
    copy = (
        "INSERT INTO cases_clock (id, case_id, kind, started_at, due_at, met_at, ended_at, met_by_id) SELECT gen_random_uuid(),"
        f" case_id, kind, started_at, due_at, {met}, {ended}, %s FROM cases_clock WHERE id = %s"
    )
    with acting_as(cast.caseworker), pytest.raises(IntegrityError) as refusal, transaction.atomic():
        connection.cursor().execute(copy, [cast.supervisor.pk, row.pk])
    assert refusal.value.__cause__.diag.constraint_name == "moments_stay"  # type: ignore[union-attr]  # psycopg's


def test_no_row_is_laxer_than_the_law(cast: Cast) -> None:
    case = a_case(cast)
    now = timezone.now()
    with (
        acting_as(cast.caseworker),
        pytest.raises(IntegrityError, match="clock_within_law"),
        transaction.atomic(),
    ):
        Clock(case=case, kind=ClockKind.SAFETY, started_at=now, due_at=now + timedelta(hours=49)).save(
            force_insert=True
        )


def test_due_for_lists_own_cases_first_due_first(cast: Cast) -> None:
    late = a_clock(cast, a_case(cast), hours_ago=40)
    soon = a_clock(cast, a_case(cast), ClockKind.WARRANT, hours_ago=1)
    with acting_as(cast.caseworker):
        assert due_for(cast.caseworker) == [late, soon]
    with acting_as(cast.colleague):
        assert due_for(cast.colleague) == []


def test_the_panel_shows_what_runs_and_the_timeline_what_was_missed(cast: Cast) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        assert panel.panel(case, cast.caseworker) is None
    clock = a_clock(cast, case, hours_ago=50)
    with acting_as(cast.caseworker):
        shown = panel.panel(case, cast.caseworker)
        assert shown is not None
        assert [row for row, _notes in shown.context["clocks"]] == [clock]
        assert [moment.at for moment in panel.moments(case, cast.caseworker)] == [clock.due_at]
