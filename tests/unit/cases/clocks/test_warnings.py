"""A limit that is near, has passed or passed hours ago is told once to those who answer for it; a watch that sleeps is seen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.clocks import actions
from cases.clocks import tasks as limits
from cases.clocks.codes import ClockKind, ClockWarningStep
from cases.clocks.models import Clock, ClockSweep, ClockWarning
from cases.clocks.queries import unwatched
from cases.clocks.rules import due_at, next_told, told_at
from cases.clocks.tasks import warn
from cases.duties import tasks as duties
from cases.duties.codes import Watch
from cases.records.models import Block, Case, Grant
from config.embedded.postgres import Server
from config.embedded.testing import PASSWORDS, server_home
from security.walls import clock as time_now
from tests.cast import Cast, a_case, as_owner, as_role
from tests.client import signed_in
from tests.unit.referrals.pages import in_english

JAPAN = ZoneInfo("Asia/Tokyo")
SECOND = timedelta(seconds=1)
ALL = {"caseworker", "supervisor", "director", "two_positions/director"}
DIRECTORS = {"director", "two_positions/director"}


def a_clock(case: Case, started_at: datetime, kind: ClockKind = ClockKind.SAFETY) -> Clock:
    """A running limit that began at this moment, which may lie ahead."""
    with as_owner():
        due = due_at(kind, started_at, case.office)
        return Clock.objects.using("owner").create(case=case, kind=kind, started_at=started_at, due_at=due)


def swept() -> int:
    with as_role("worker"):
        return warn()


@contextmanager
def moved(at: datetime) -> Iterator[None]:
    """The seeder's clock stands at this moment."""
    with as_role("owner"), as_owner("default"), time_now.moved_to(at):
        yield


def swept_at(at: datetime) -> int:
    """The watch runs at this moment."""
    with moved(at):
        return warn()


def told(cast: Cast, kind: str = "") -> set[str]:
    """Who has a notice of this kind."""
    names = {position.pk: name for name, position in cast.positions.items()}
    with as_owner():
        rows = Notice.objects.using("owner").filter(kind=f"clock_{kind}").values_list("position", flat=True)
        return {names[pk] for pk in rows}


@pytest.mark.parametrize("kind", ClockKind)
@pytest.mark.parametrize("start", ["2026-12-30T09:30", "2027-05-02T23:59", "2027-02-28T12:00"])
def test_each_step_is_told_at_its_moment_holidays_or_not(cast: Cast, kind: ClockKind, start: str) -> None:
    """New Year and the days between holidays count like any other (児童虐待防止法8条, 児童福祉法33条)."""
    case = a_case(cast)
    row = a_clock(case, datetime.fromisoformat(start).replace(tzinfo=JAPAN), kind)
    ahead = {
        ClockKind.WARRANT: (48,),
        ClockKind.WARRANT_REVIEW: (48,),
        ClockKind.CUSTODY_END: (30 * 24, 14 * 24, 7 * 24),
        ClockKind.PLACEMENT_TERM: (180 * 24, 90 * 24, 30 * 24),
    }.get(kind, (12,))
    moments = told_at(row, case.office)
    assert list(moments.values()) == [
        row.due_at + timedelta(hours=hours) for hours in (*(-hours for hours in ahead), 0, 4)
    ]
    looked_at = 0
    for step, at in moments.items():
        assert swept_at(at - SECOND) == 0, step
        assert (
            step in (ClockWarningStep.FAR, ClockWarningStep.NEAR)
            or len(ahead) > 1
            or told(cast, step) == set()
        )
        assert [swept_at(at), swept_at(at)] == [1, 0], step
        looked_at += 1
    assert looked_at == len(ahead) + 2
    of_directors_too = kind in (ClockKind.CUSTODY_END, ClockKind.PLACEMENT_TERM)
    assert told(cast, "soon") == (ALL if of_directors_too else {"caseworker"})
    assert told(cast, "due") == (ALL if of_directors_too else {"caseworker", "supervisor"})
    assert told(cast, "late") == ALL


def test_a_notice_leads_to_the_limit_and_names_nobody(cast: Cast) -> None:
    case = a_case(cast)
    a_clock(case, timezone.now() - timedelta(hours=47))
    a_clock(case, timezone.now() - timedelta(days=5), ClockKind.WARRANT)
    assert swept() == 2
    with acting_as(cast.caseworker):
        rows = Notice.objects.filter(kind="clock_soon").order_by("path")
        assert {row.reference for row in rows} == {case.number}
        assert [row.path for row in rows] == [
            f"/cases/{case.pk}/#limit-{kind}" for kind in ("safety", "warrant")
        ]
        assert 'id="limit-safety"' in signed_in(cast.caseworker).get(f"/cases/{case.pk}/").content.decode()


def test_a_limit_that_has_passed_is_never_told_as_near(cast: Cast) -> None:
    a_clock(a_case(cast), timezone.now() - timedelta(hours=53))
    assert swept() == 2
    assert (told(cast, "soon"), told(cast, "late")) == (set(), ALL)
    assert swept() == 0


@pytest.mark.parametrize("over", ["met", "ended"])
def test_a_limit_that_is_kept_or_not_needed_tells_nothing_more(cast: Cast, over: str) -> None:
    row = a_clock(a_case(cast), timezone.now() - timedelta(hours=40))
    assert swept() == 1
    with acting_as(cast.caseworker), transaction.atomic():
        if over == "met":
            actions.meet(row, at=timezone.now(), by=cast.caseworker)
    if over == "ended":
        with as_owner():
            Clock.objects.using("owner").update(ended_at=timezone.now())
    assert swept_at(row.due_at + timedelta(hours=5)) == 0


def ends(position: Position, case: Case) -> None:
    """The position's grant on the case ended."""
    with as_owner():
        Grant.objects.using("owner").filter(content_object=case, position=position).update(
            ended_at=timezone.now()
        )


@pytest.mark.parametrize(("gone", "others"), [("caseworker", {"supervisor"}), ("supervisor", {"caseworker"})])
def test_where_nobody_is_in_charge_or_in_line_the_directors_are_told_at_once(
    cast: Cast, gone: str, others: set[str]
) -> None:
    case = a_case(cast)
    row = a_clock(case, timezone.now())
    ends(cast.positions[gone], case)
    assert swept_at(row.due_at - timedelta(hours=12)) == 1
    assert told(cast, "soon") == others | DIRECTORS


@pytest.mark.parametrize("name", ["caseworker", "supervisor", "director"])
def test_who_is_barred_or_has_left_is_told_nothing(cast: Cast, name: str) -> None:
    case = a_case(cast)
    row = a_clock(case, timezone.now())
    position = cast.positions[name]
    if name == "director":
        with as_owner():
            Block.objects.using("owner").create(
                case=case, staff_id=position.staff_id, blocked_by=cast.supervisor, created_at=timezone.now()
            )
    else:
        with as_owner():
            Position.objects.using("owner").filter(pk=position.pk).update(
                ends_on=time_now.today() - timedelta(days=1), left_behind="異動のため引継ぎ未了"
            )
    assert swept_at(row.due_at + timedelta(hours=5)) == 2
    assert told(cast, "late") == ALL - {name}


def test_a_stricter_rule_counts(cast: Cast) -> None:
    case = a_case(cast)
    row = a_clock(case, timezone.now())
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(sight_warn_hours=47, escalate_hours=0)
    assert [swept_at(row.started_at), swept_at(row.started_at + timedelta(hours=1))] == [0, 1]
    assert swept_at(row.due_at) == 2


def test_hundreds_are_told_in_turns(cast: Cast) -> None:
    case = a_case(cast)
    new = {"id": "gen_random_uuid()", "number": "'KITA-2030-' || 1000 + n"}
    columns = [str(field.column) for field in Case._meta.concrete_fields]
    copied = ", ".join(new.get(column, f"c.{column}") for column in columns)
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_case ({', '.join(columns)}) SELECT {copied} FROM cases_case c, generate_series(1, 260) n"
            " WHERE c.id = %s",
            [case.pk],
        )
        cursor.execute(
            "INSERT INTO cases_clock (id, case_id, kind, started_at, due_at) SELECT gen_random_uuid(), id, 'safety',"
            " now() - interval '53 hours', now() - interval '5 hours' FROM cases_case"
        )
    assert (swept(), swept()) == (522, 0)
    with as_owner():
        assert ClockWarning.objects.using("owner").count() == 522


@pytest.fixture
def second(database: str) -> Iterator["psycopg.Connection[tuple[int]]"]:
    """Another worker's session, in a transaction."""
    conninfo = Server(server_home(), "").conninfo(
        dbname=database, user="worker", password=PASSWORDS["worker"]
    )
    with psycopg.connect(conninfo) as session:
        yield session


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_two_watches_at_once_tell_once(
    cast: Cast, second: "psycopg.Connection[tuple[int]]", ending: str
) -> None:
    a_clock(a_case(cast), timezone.now() - timedelta(hours=49))
    first = second.execute("SELECT wall.warn_clocks()").fetchone()
    assert first == (1,)
    assert swept() == 0  # the other one holds the row
    getattr(second, ending)()
    assert swept() == (1 if ending == "rollback" else 0)
    assert told(cast, "due") == {"caseworker", "supervisor"}
    with as_owner():
        assert {row.count for row in Notice.objects.using("owner").filter(kind="clock_due")} == {1}


@pytest.mark.parametrize("role", ["runtime", "gate"])
@pytest.mark.parametrize("call", ["warn_clocks()", "note_sweep(1::smallint)", "note_sweep(2::smallint)"])
def test_no_person_runs_the_watch(cast: Cast, role: str, call: str) -> None:
    with as_role(role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"SELECT wall.{call}")


@pytest.mark.parametrize("name", ["caseworker", "director"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO cases_clockwarning SELECT gen_random_uuid(), 'late', now(), id FROM cases_clock",
        "DELETE FROM cases_clockwarning",
        "UPDATE cases_clockwarning SET step = 'late'",
        "UPDATE cases_clocksweep SET swept_at = now()",
        "INSERT INTO cases_clocksweep VALUES (1, now())",
    ],
)
def test_raw_sql_silences_nothing(cast: Cast, name: str, statement: str) -> None:
    a_clock(a_case(cast), timezone.now() - timedelta(hours=49))
    assert swept() == 1
    with (
        acting_as(cast.positions[name]),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


def test_only_who_sees_the_limit_sees_what_was_told_of_it(cast: Cast) -> None:
    a_clock(a_case(cast), timezone.now() - timedelta(hours=49))
    assert swept() == 1
    seen = {}
    for name, position in cast.positions.items():
        with acting_as(position):
            seen[name] = ClockWarning.objects.count()
    assert {name for name, number in seen.items() if number} == ALL
    assert len(seen) > 15


def test_the_case_says_what_was_told_and_what_is_next(cast: Cast) -> None:
    case = a_case(cast)
    limit = a_clock(case, timezone.now() - timedelta(hours=49))
    page = in_english(signed_in(cast.caseworker))
    path = f"/cases/{case.pk}/"
    assert "Told next (the one in charge and the supervisors):" in page.get(path).content.decode()
    swept()
    shown = page.get(path).content.decode()
    assert "Told (the one in charge and the supervisors):" in shown
    assert "Told next (the directors, the one in charge and the supervisors):" in shown
    assert "Ends when: the child is seen" in shown
    of_limit = {"month": f"{timezone.localdate(limit.due_at):%Y-%m}"}
    month = page.get("/limits/", of_limit).content.decode()
    assert "Ends when: the child is seen" in month
    assert "guideline: within 48 hours" in month


def test_what_is_told_next(cast: Cast) -> None:
    row = a_clock(a_case(cast), timezone.now())
    steps = [*told_at(row, row.case.office)]
    assert steps == [ClockWarningStep.SOON, ClockWarningStep.DUE, ClockWarningStep.LATE]
    for number, step in enumerate(steps):
        found = next_told(row, row.case.office, steps[:number], row.started_at)
        assert found is not None
        assert found[0] is step
    assert next_told(row, row.case.office, steps, row.started_at) is None
    passed = next_told(row, row.case.office, [], row.due_at)
    assert passed is not None
    assert passed[0] is ClockWarningStep.DUE


WATCHES: dict[Watch, tuple[Callable[[], int], str]] = {
    Watch.LIMITS: (warn, "Time limits have not been watched since"),
    Watch.DUTIES: (duties.warn, "Duties have not been watched since"),
}


def both_swept() -> None:
    with as_role("worker"):
        for watch, _words in WATCHES.values():
            watch()


def fell_asleep(watch: Watch, minutes: int) -> None:
    """The last run of this watch was so long ago."""
    with as_owner():
        ago = timezone.now() - timedelta(minutes=minutes)
        assert ClockSweep.objects.using("owner").filter(pk=watch).update(swept_at=ago) == 1


@pytest.mark.parametrize(
    ("watch", "minutes", "is_said"),
    [
        (Watch.LIMITS, 14, False),
        (Watch.LIMITS, 16, True),
        (Watch.DUTIES, 29, False),
        (Watch.DUTIES, 31, True),
    ],
)
def test_a_watch_that_sleeps_is_said_where_cases_are_worked_on(
    cast: Cast, watch: Watch, minutes: int, is_said: bool
) -> None:
    both_swept()
    fell_asleep(watch, minutes)

    def is_right(name: str, path: str) -> bool:
        page = in_english(signed_in(cast.positions[name])).get(path).content.decode()
        return all((words in page) is (is_said and one is watch) for one, (_warn, words) in WATCHES.items())

    for name in ("caseworker", "supervisor", "director", "duty"):
        assert is_right(name, "/"), name
        assert is_right(name, "/limits/"), name
    assert is_right("police", "/")  # who keeps support cases, with duties of their own
    others = ("school", "admin", "privacy", "auditor", "medical", "institution", "rights")
    for name in others:
        if name in cast.positions:  # whoever is signed in can call the administrator
            assert is_right(name, "/"), name


def test_both_sleep_and_both_are_said(cast: Cast) -> None:
    both_swept()
    for watch in Watch:
        fell_asleep(watch, 60)
    page = in_english(signed_in(cast.caseworker)).get("/").content.decode()
    assert [words for _warn, words in WATCHES.values() if words not in page] == []


@pytest.mark.parametrize("watch", Watch)
def test_a_watch_that_never_ran_or_runs_again_is_no_alarm(cast: Cast, watch: Watch) -> None:
    def asleep() -> list[Watch]:
        with acting_as(cast.caseworker):
            return [one for one, _since in unwatched()]

    assert asleep() == []
    both_swept()
    fell_asleep(watch, 24 * 60)
    assert asleep() == [watch]
    both_swept()
    assert asleep() == []


@pytest.mark.parametrize("watch", Watch)
def test_a_watch_that_fails_is_not_noted_as_one_that_ran(
    cast: Cast, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its turns fail, so that the last of them never comes."""
    both_swept()
    fell_asleep(watch, 60)
    module = {Watch.LIMITS: limits, Watch.DUTIES: duties}[watch]
    number = module._number

    def fails(call: str) -> int:
        if "warn_" in call:
            raise RuntimeError
        return int(number(call))

    monkeypatch.setattr(module, "_number", fails)
    with as_role("worker"), pytest.raises(RuntimeError):
        WATCHES[watch][0]()
    with acting_as(cast.caseworker):
        assert [one for one, _since in unwatched()] == [watch]
