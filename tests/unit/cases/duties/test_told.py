"""A duty that no law times is told when it is near, was due, and was due long ago: each once, to those who answer for it."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from agencies.directory.models import Office
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.clocks.codes import ClockKind
from cases.clocks.panel import INSPECTION
from cases.clocks.tasks import warn as warn_clocks
from cases.custody.hearing import record_hearing
from cases.duties import actions
from cases.duties.models import Duty, DutyWarning
from cases.duties.tasks import warn
from cases.hearings.actions import ADVOCATE
from cases.hearings.codes import Advocate
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Block, Case, Grant
from config.embedded.postgres import Server
from config.embedded.testing import PASSWORDS, server_home
from security.walls import clock
from tests.cast import Cast, a_case, as_owner, as_role
from tests.client import signed_in
from tests.unit.cases.clocks.test_warnings import a_clock, moved
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.custody.test_hearing import facts
from tests.unit.cases.duties.test_duties import CALL, a_call, own_kind
from tests.unit.referrals.pages import in_english

__all__ = ["own_kind"]
SECOND = timedelta(seconds=1)
DIRECTORS = {"director", "two_positions/director"}
LINE = {"caseworker", "supervisor"}


def swept_at(at: datetime | None = None) -> int:
    """The watch runs at this moment."""
    with moved(at or timezone.now()):
        return warn()


def told(cast: Cast, step: str) -> set[str]:
    """Who has a notice of this step."""
    names = {position.pk: name for name, position in cast.positions.items()}
    with as_owner():
        rows = Notice.objects.using("owner").filter(kind=f"duty_{step}").values_list("position", flat=True)
        return {names[pk] for pk in rows}


def join(cast: Cast, duty: Duty) -> None:
    """The colleague works on the case of this duty."""
    with acting_as(cast.supervisor):
        case = Case.objects.get(pk=duty.case_id)
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.supervisor)


def the_duty(kind: str) -> Duty | None:
    with as_owner():
        return Duty.objects.using("owner").filter(kind=kind).first()


@pytest.mark.usefixtures("own_kind")
def test_each_step_is_told_once_at_its_moment(cast: Cast) -> None:
    duty = a_call(cast, owner="colleague")
    join(cast, duty)
    moments = {
        "soon": duty.due_at - timedelta(hours=24),
        "due": duty.due_at,
        "late": duty.due_at + timedelta(hours=24),
    }
    for step, at in moments.items():
        assert swept_at(at - SECOND) == 0, step
        assert told(cast, step) == set()
        assert [swept_at(at), swept_at(at)] == [1, 0], step
    assert told(cast, "soon") == {"colleague"}
    assert told(cast, "due") == {"colleague"} | LINE
    assert told(cast, "late") == {"colleague"} | LINE | DIRECTORS
    page = in_english(signed_in(cast.caseworker)).get(f"/cases/{duty.case_id}/duties/{duty.pk}/")
    assert "its owner, the one in charge and the supervisors" in page.content.decode()


@pytest.mark.usefixtures("own_kind")
def test_what_was_due_is_never_told_as_near_and_what_is_done_is_not_told(cast: Cast) -> None:
    duty = a_call(cast)
    assert swept_at(duty.due_at + timedelta(days=2)) == 2
    assert (told(cast, "soon"), told(cast, "late")) == (set(), LINE | DIRECTORS)
    other = a_call(cast)
    with acting_as(cast.supervisor):
        actions.fulfil_duty(other, note="電話した", by=cast.supervisor)
    assert swept_at(other.due_at + timedelta(days=9)) == 0


@pytest.mark.usefixtures("own_kind")
def test_a_rule_of_the_office_counts_and_what_is_near_at_once_is_told_by_leaving_it(cast: Cast) -> None:
    duty = a_call(cast)
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(duty_warn_hours=72, duty_late_hours=0)
    assert swept_at(duty.due_at - SECOND) == 0  # three days were left when it was
    assert swept_at(duty.due_at) == 2


@pytest.mark.usefixtures("own_kind")
@pytest.mark.parametrize("gone", ["left", "barred", "of no team"])
def test_where_its_owner_is_gone_the_others_are_told_from_the_first_step(cast: Cast, gone: str) -> None:
    """Also who never was on the case: what is told leads to a page that only its people open."""
    duty = a_call(cast, owner="colleague")
    if gone != "of no team":
        join(cast, duty)
    with as_owner():
        if gone == "left":
            Position.objects.using("owner").filter(pk=cast.colleague.pk).update(
                ends_on=clock.today() - timedelta(days=1), left_behind="異動"
            )
        elif gone == "barred":
            Block.objects.using("owner").create(
                case_id=duty.case_id,
                staff_id=cast.colleague.staff_id,
                blocked_by=cast.supervisor,
                created_at=timezone.now(),
            )
    assert swept_at(duty.due_at - timedelta(hours=1)) == 1
    assert told(cast, "soon") == LINE


@pytest.mark.usefixtures("own_kind")
def test_where_nobody_supervises_the_directors_are_told_of_what_was_due(cast: Cast) -> None:
    duty = a_call(cast, owner="caseworker")
    with as_owner():
        Grant.objects.using("owner").filter(position=cast.supervisor).update(ended_at=timezone.now())
    assert swept_at(duty.due_at) == 1
    assert told(cast, "due") == {"caseworker"} | DIRECTORS


@pytest.fixture
def second(database: str) -> Iterator["psycopg.Connection[tuple[int]]"]:
    """Another worker's session, in a transaction."""
    conninfo = Server(server_home(), "").conninfo(
        dbname=database, user="worker", password=PASSWORDS["worker"]
    )
    with psycopg.connect(conninfo) as session:
        yield session


@pytest.mark.usefixtures("own_kind")
@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_two_watches_at_once_or_one_that_falls_tell_once(
    cast: Cast, second: "psycopg.Connection[tuple[int]]", ending: str
) -> None:
    case = a_case(cast)
    with acting_as(cast.caseworker):
        ago = timezone.now() - timedelta(hours=1)
        actions.leave_duty(case, CALL, cause=uuid.uuid4(), owner=cast.supervisor.pk, due_at=ago)
    assert second.execute("SELECT wall.warn_duties()").fetchone() == (1,)
    with as_role("worker"):
        assert warn() == 0  # the other one holds the row
        getattr(second, ending)()
        assert warn() == (1 if ending == "rollback" else 0)
    with as_owner():
        assert {row.count for row in Notice.objects.using("owner").filter(kind="duty_due")} == {1}


@pytest.mark.usefixtures("own_kind")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT wall.warn_duties()",
        "SELECT wall.told_of_duty(NULL, NULL, NULL, 'late')",
        "SELECT wall.consider_inspection(NULL, NULL, NULL, NULL)",
        "INSERT INTO cases_dutywarning SELECT gen_random_uuid(), 'late', now(), id FROM cases_duty",
        "DELETE FROM cases_dutywarning",
        "UPDATE cases_dutywarning SET step = 'late'",
    ],
)
def test_raw_sql_silences_nothing(cast: Cast, statement: str) -> None:
    a_call(cast)
    with (
        acting_as(cast.director),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


@pytest.mark.usefixtures("own_kind")
def test_only_who_sees_the_duty_sees_what_was_told_of_it(cast: Cast) -> None:
    duty = a_call(cast)
    assert swept_at(duty.due_at) == 1
    seen = {}
    for name, position in cast.positions.items():
        with acting_as(position):
            seen[name] = (DutyWarning.objects.count(), Duty.objects.count())
    assert {warnings == duties for warnings, duties in seen.values()} == {True}
    assert seen["caseworker"] == (1, 1)
    assert seen["stranger"] == (0, 0)


# --- D2: the child was not seen in time ------------------------------------------------------------------------------


def watched_at(at: datetime) -> int:
    with moved(at):
        return warn_clocks()


def test_a_child_not_seen_in_time_leaves_that_an_inspection_is_considered(cast: Cast) -> None:
    """児童虐待防止法8条, 9条, 10条."""
    case = a_case(cast)
    row = a_clock(case, timezone.now())
    watched_at(row.due_at - SECOND)
    assert the_duty(INSPECTION.code) is None
    assert [watched_at(row.due_at), watched_at(row.due_at), watched_at(row.due_at + timedelta(hours=9))] == [
        1,
        0,
        1,
    ]
    with as_owner():
        (duty,) = Duty.objects.using("owner").filter(kind=INSPECTION.code)
    assert (duty.owner_id, duty.cause) == (cast.caseworker.pk, row.pk)
    assert (duty.left_at, duty.due_at) == (row.due_at, row.due_at + timedelta(days=1))
    assert told(cast, "open") == LINE
    page = in_english(signed_in(cast.caseworker))
    assert "Child Abuse Prevention Act, Art. 9" in page.get(f"/cases/{case.pk}/").content.decode()
    form = f"/cases/{case.pk}/duties/{duty.pk}/"
    assert f"/cases/{case.pk}/#limit-safety" in page.get(form).content.decode()
    assert page.post(form, {"note": "警察に援助を依頼し、立入調査を明朝と決めた"}).status_code == 302
    assert swept_at(duty.due_at) == 0


def test_no_other_duty_of_that_kind_keeps_it_away(cast: Cast) -> None:
    """By raw SQL nobody leaves one before the limit, nor one that is due when the child is grown up."""
    row = a_clock(a_case(cast), timezone.now())
    for due in ("now() + interval '20 years'", "now() + interval '1 hour'"):
        statement = (
            "INSERT INTO cases_duty (id, case_id, kind, cause, owner_id, barred, left_at, due_at)"
            f" VALUES (gen_random_uuid(), %s, 'inspection', %s, %s, '{{}}', now(), {due})"
        )
        with (
            pytest.raises(DatabaseError, match="limit that has passed"),
            acting_as(cast.caseworker),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [row.case_id, row.pk, cast.caseworker.pk])
    assert watched_at(row.due_at) == 1
    assert the_duty(INSPECTION.code) is not None


@pytest.mark.parametrize("kind", [kind for kind in ClockKind if kind is not ClockKind.SAFETY])
def test_no_other_limit_leaves_it(cast: Cast, kind: ClockKind) -> None:
    row = a_clock(a_case(cast), timezone.now(), kind)
    assert watched_at(row.due_at) == 1
    assert the_duty(INSPECTION.code) is None


def _nobody_in_charge(case: Case, *names: Position) -> None:
    with as_owner():
        Grant.objects.using("owner").filter(content_object=case, position__in=names).update(
            ended_at=timezone.now()
        )


def test_where_nobody_is_in_charge_the_line_owes_it_and_where_nobody_supervises_a_director(
    cast: Cast,
) -> None:
    case, other = a_case(cast), a_case(cast)
    _nobody_in_charge(case, cast.caseworker)
    with as_owner():
        Grant.objects.using("owner").filter(content_object=other).update(ended_at=timezone.now())
    at = timezone.now()
    row, _other = a_clock(case, at), a_clock(other, at)
    assert watched_at(row.due_at) == 2
    with as_owner():
        owners = dict(Duty.objects.using("owner").values_list("case_id", "owner_id"))
    assert owners[case.pk] == cast.supervisor.pk
    assert owners[other.pk] in {cast.director.pk, cast.positions["two_positions/director"].pk}


# --- D7: an advocate for the child -----------------------------------------------------------------------------------


@pytest.mark.parametrize("advocate", Advocate)
def test_an_advocate_who_was_not_there_is_owed_unless_the_child_wants_none(
    cast: Cast, advocate: Advocate
) -> None:
    """児童福祉法6条の3第17項."""
    start = in_custody(cast)
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(advocate_days=3)
    with acting_as(cast.caseworker):
        record_hearing(start, facts(advocate=advocate), by=cast.caseworker)
    owed = the_duty(ADVOCATE.code)
    assert (owed is not None) == (advocate in (Advocate.OFFERED, Advocate.NOT_OFFERED))
    if owed is not None:
        assert owed.owner_id == cast.caseworker.pk
        assert owed.left_at is not None
        assert abs(owed.due_at - owed.left_at - timedelta(days=3)) < SECOND
        page = in_english(signed_in(cast.caseworker)).get(f"/cases/{start.case_id}/duties/{owed.pk}/")
        assert "an advocate is offered to the child" in page.content.decode()
