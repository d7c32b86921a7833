"""Ending a position: what loses its owner is counted, and left only with a reason that its supervisors are told."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from agencies.administration.actions import end_position
from agencies.administration.queries import held_by
from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position, Staff
from agencies.staff.rules import Refused
from cases.duties.actions import leave_duty
from cases.handover.actions import hand_over
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation, Stage
from cases.records.models import Case, Grant
from cases.records.queries import leads_to_replace
from cases.visits.actions import plan_visit
from cases.visits.codes import VisitKind
from referrals.consent.room import ROOM as CONSENT
from security.walls import apply, clock
from security.walls.declare import Held
from security.walls.migrating import seeding_with_keys, without_triggers
from security.walls.raising import raise_walls
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.handover.test_handover import over

WHY = "後任が4月に着任するまで係で対応する"


def counts(cast: Cast, days: int = 0, who: str = "caseworker") -> list[int]:
    """What an end in so many days would leave, in the order in which the page names it."""
    with acting_as(cast.admin):
        return list(held_by(cast.positions[who], clock.today() + timedelta(days=days)).values())


def end(cast: Cast, days: int = 0, why: str = "", who: str = "caseworker") -> None:
    with acting_as(cast.admin):
        fresh = Position.objects.select_related("staff").get(pk=cast.positions[who].pk)
        end_position(fresh, clock.today() + timedelta(days=days), by=cast.admin, left_behind=why)


def test_what_is_planned_to_be_handed_over_in_time_is_not_left_behind(cast: Cast) -> None:
    cases = [a_case(cast), a_case(cast)]
    with acting_as(cast.caseworker):
        plan_visit(
            cases[0],
            kind=VisitKind.HOME,
            planned_for=clock.now() + timedelta(days=20),
            place="自宅",
            who="本人",
            by=cast.caseworker,
        )
    assert counts(cast) == [2, 1]
    over(cast, cases[0], 10)
    assert counts(cast, 9) == [1, 1]
    assert counts(cast, 8) == [2, 1]
    assert counts(cast, 30, "colleague") == [1]
    with acting_as(cast.stranger):
        assert held_by(cast.caseworker, clock.today()) == {}


@pytest.mark.parametrize("why", ["", "         ", "短い理由"])
def test_a_position_does_not_end_before_its_work_is_handed_over(cast: Cast, why: str) -> None:
    a_case(cast)
    with pytest.raises(Refused) as refused:
        end(cast, why=why)
    assert refused.value.code == "left_behind"
    with (
        acting_as(cast.admin),
        pytest.raises(IntegrityError, match="has not been handed over"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE agencies_position SET ends_on = wall.today(), left_behind = %s WHERE id = %s",
            [why, cast.caseworker.pk],
        )


def test_it_ends_with_a_reason_that_the_line_is_told(cast: Cast) -> None:
    a_case(cast)
    end(cast, 5, WHY)
    with acting_as(cast.supervisor):
        (notice,) = Notice.objects.filter(kind="position_leaves_work", position=cast.supervisor)
    page = signed_in(cast.supervisor).get(notice.path).content.decode()
    assert WHY in page
    with acting_as(cast.admin), pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.filter(pk=cast.caseworker.pk).update(left_behind="別の理由を後から入力する")


def test_an_account_goes_out_of_use_like_its_positions_end(cast: Cast) -> None:
    a_case(cast)
    address = reverse("staff_use", args=[cast.caseworker.staff_id])
    client, theirs = signed_in(cast.admin), signed_in(cast.caseworker)
    page = client.get(address).content.decode()
    assert "担当ケース" in page
    assert "取り消せないこと" in page
    assert client.post(address, {"left_behind": "短い理由"}).status_code == 200
    assert theirs.get("/sessions/").status_code == 200
    with acting_as(cast.admin), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the end of the transaction asks for the reason
        with pytest.raises(IntegrityError, match="account has not been"), transaction.atomic():
            Staff.objects.filter(pk=cast.caseworker.staff_id).update(is_active=False)
    assert client.post(address, {"left_behind": WHY}).status_code == 302
    assert theirs.get("/sessions/").status_code == 302
    with acting_as(cast.supervisor):
        (notice,) = Notice.objects.filter(kind="position_leaves_work", position=cast.supervisor)
    assert WHY in signed_in(cast.supervisor).get(notice.path).content.decode()
    assert client.post(address, {"in_use": "1"}).status_code == 302
    assert WHY not in signed_in(cast.supervisor).get(notice.path).content.decode()


def told(cast: Cast) -> int:
    """How often the supervisor was told that this work has no owner."""
    with acting_as(cast.supervisor):
        found = Notice.objects.filter(kind="position_leaves_work", position=cast.supervisor)
        return sum(found.values_list("count", flat=True))


def test_an_account_out_of_use_a_second_time_is_told_again_in_the_very_same_words(cast: Cast) -> None:
    a_case(cast)
    address = reverse("staff_use", args=[cast.caseworker.staff_id])
    client = signed_in(cast.admin)
    for times in (1, 2):
        assert client.post(address, {"left_behind": WHY}).status_code == 302
        assert told(cast) == times
        assert (
            WHY
            in signed_in(cast.supervisor).get(f"/handover/new/?from={cast.caseworker.pk}").content.decode()
        )
        assert client.post(address, {"in_use": "1"}).status_code == 302


def test_the_reason_of_an_earlier_time_is_none_for_this_one(cast: Cast) -> None:
    """Whoever writes SQL with an administrator's session gives a reason each time, and empties none that was given."""
    a_case(cast)
    end(cast, 30, WHY)
    with acting_as(cast.admin), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        person = Staff.objects.filter(pk=cast.caseworker.staff_id)
        with pytest.raises(IntegrityError, match="account has not been"), transaction.atomic():
            person.update(is_active=False)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        person.update(is_active=False)
        position = Position.objects.filter(pk=cast.caseworker.pk)
        position.update(left_behind=WHY)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="has not been handed over"), transaction.atomic():
            position.update(left_behind="")
    assert told(cast) == 2


def test_it_ends_without_a_reason_once_everything_is_handed_over(cast: Cast) -> None:
    case = a_case(cast)
    over(cast, case, 10, keep_former=True)
    end(cast, 9)
    assert counts(cast, 9) == []


def test_the_page_counts_and_names_no_case(cast: Cast) -> None:
    case = a_case(cast)
    address = reverse("position_end", args=[cast.caseworker.staff_id, cast.caseworker.pk])
    client = signed_in(cast.admin)
    page = client.get(address).content.decode()
    assert "担当ケース" in page
    assert case.number not in page
    answer = client.post(address, {"ends_on": str(clock.today())})
    assert answer.status_code == 200
    assert client.post(address, {"ends_on": str(clock.today()), "left_behind": WHY}).status_code == 302


def test_one_whose_position_begins_on_the_day_receives_from_that_day_on(cast: Cast) -> None:
    """As on 1 April: the former's position ends the day before, and nobody is asked to look for another."""
    case, first = a_case(cast), clock.today() + timedelta(days=20)
    with as_owner():
        newcomer = Position.objects.using("owner").create(
            staff=cast.stranger.staff,
            office=cast.offices["kita"],
            section=cast.caseworker.section,
            role="caseworker",
            starts_on=first,
        )
    with acting_as(cast.caseworker):
        to = Position.objects.select_related("staff", "office").get(pk=newcomer.pk)
        with pytest.raises(Refused) as refused:
            hand_over(case, to, first - timedelta(days=1), by=cast.caseworker, keep_former=False)
        assert refused.value.code == "not_held"
        hand_over(case, to, first, by=cast.caseworker, keep_former=True)
        kept = Grant.objects.filter(content_object=case, position=cast.caseworker, relation="member")
        assert kept.count() == 1
    end(cast, 19)
    with acting_as(cast.supervisor):
        assert not leads_to_replace(cast.supervisor).exists()


# --- What the rooms declare --------------------------------------------------------------------------------------------

ON_A_TEAM = """
  SELECT g.case_id FROM public.cases_grant g
  WHERE g.position_id = which AND g.relation = 'member' AND (g.ends_at IS NULL OR g.ends_at > after.at)
"""


def on_team(cast: Cast, case: Case, days: int | None = None) -> None:
    """The colleague works on the case, for so many days."""
    until = clock.now() + timedelta(days=days) if days else None
    with acting_as(cast.caseworker):
        add_to_team(
            case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker, until=until
        )


@pytest.fixture
def declared(database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds a room whose rows lose their owner with a position, under a code, and raises the walls."""
    known: list[object] = list(apply.rooms_walls())

    def add(code: str) -> None:
        room = SimpleNamespace(HELD={code: Held("teams left", ON_A_TEAM)})
        monkeypatch.setattr(apply, "rooms_walls", lambda: iter([*known, room]))
        raise_walls()

    return add


def test_what_a_room_declares_is_counted_refused_and_told(
    cast: Cast, declared: Callable[[str], None]
) -> None:
    for days in (None, None, 3):
        on_team(cast, a_case(cast), days)
    assert counts(cast, 5, "colleague") == []
    declared("teams")
    with acting_as(cast.admin):
        assert held_by(cast.colleague, clock.today() + timedelta(days=5)) == {"teams left": 2}
    with pytest.raises(Refused):
        end(cast, 5, who="colleague")
    with acting_as(cast.admin), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="has not been handed over"), transaction.atomic():
            Position.objects.filter(pk=cast.colleague.pk).update(ends_on=clock.today())
        with pytest.raises(IntegrityError, match="account has not been"), transaction.atomic():
            Staff.objects.filter(pk=cast.colleague.staff_id).update(is_active=False)
    assert told(cast) == 0
    end(cast, 5, WHY, who="colleague")
    assert told(cast) == 1


def test_two_rooms_that_declare_one_code_are_refused(declared: Callable[[str], None]) -> None:
    with pytest.raises(ImproperlyConfigured, match="Two rooms declare visits in HELD"):
        declared("visits")


def test_every_declaration_asks_of_the_position(database: str) -> None:
    found = apply.declared_held()
    assert list(found) == ["counseling", "duties", "coming", "cases", "sessions", "visits"]
    assert all(" = which " in held.sql for held in found.values())


def passes_on_in_time(cast: Cast) -> Case:
    """A case that is handed over before that day, with a duty that passes to the successor."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        leave_duty(case, CONSENT.duties[0], cause=uuid4(), owner=cast.caseworker.pk)
    over(cast, case, 10)
    return case


def is_closed(cast: Cast) -> Case:
    """A case that was closed."""
    case = a_case(cast)
    with without_triggers(Case, "owner"), seeding_with_keys("owner"):
        Case.objects.using("owner").filter(pk=case.pk).update(stage=Stage.CLOSED)
    return case


def is_visited_before(cast: Cast) -> Case:
    """A colleague's case on which a visit was planned that comes before that day."""
    case = a_case(cast)
    with acting_as(cast.caseworker):
        when = clock.now() + timedelta(days=5)
        plan_visit(case, kind=VisitKind.HOME, planned_for=when, place="自宅", who="本人", by=cast.caseworker)
    over(cast, case, keep_former=True)
    return case


def came_and_went(cast: Cast) -> Case:
    """A case that was received, and handed back."""
    case = a_case(cast, lead="colleague")
    over(cast, case, to="caseworker", by="colleague")
    over(cast, case)
    return case


@pytest.mark.parametrize("other", [passes_on_in_time, is_closed, is_visited_before, came_and_went])
def test_the_line_is_told_of_exactly_what_is_counted(cast: Cast, other: Callable[[Cast], Case]) -> None:
    """Nobody supervises what is left; who supervises the other case, of which nothing is, hears nothing."""
    left, _other = a_case(cast), other(cast)
    with without_triggers(Grant, "owner"), seeding_with_keys("owner"):
        line = Grant.objects.using("owner").filter(content_object=left, relation=Relation.LINE)
        assert line.update(ended_at=clock.now())
    assert counts(cast, 9) == [1]
    end(cast, 9, WHY)
    assert told(cast) == 0
