"""Handing cases over: now and ahead, what moves with them, who is refused, and what happens on the day."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.duties.models import Duty
from cases.handover.actions import cancel, hand_over, hand_over_each
from cases.handover.codes import HandoverState
from cases.handover.models import Handover
from cases.handover.queries import receivers
from cases.handover.tasks import settle
from cases.records.actions import add_to_team, block_person, name_lead, take_off_team
from cases.records.codes import Level, Relation
from cases.records.models import Case, Grant
from cases.records.queries import case_for, valid_grants, who_can_lead
from cases.visits.actions import plan_visit
from cases.visits.codes import VisitKind
from security.encryption.fields import reveal
from security.walls import clock
from tests.cast import Cast, a_case, as_owner, as_role
from tests.unit.referrals.actors import Steps, interleavings, run

TOMORROW = timedelta(days=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(cast)


def over(
    cast: Cast, case: Case, days: int = 0, *, to: str = "colleague", by: str = "caseworker", **more: object
) -> None:
    """``by`` hands the case over to ``to`` in so many days."""
    person = cast.positions[by]
    day = clock.today() + timedelta(days=days)
    facts = {"keep_former": False} | more
    with acting_as(person):
        hand_over(case, cast.positions[to], day, by=person, **facts)  # type: ignore[arg-type]


def planned_visit(cast: Cast, case: Case) -> None:
    """A visit in two days."""
    with acting_as(cast.caseworker):
        plan_visit(
            case, kind=VisitKind.HOME, planned_for=clock.now() + timedelta(days=2), place="自宅", who="本人",
            by=cast.caseworker,
        )  # fmt: skip


def level(position: Position, case: Case) -> str:
    """What the position holds on the case now."""
    with acting_as(position), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(wall.own_level(%s, %s), '')", [position.pk, case.pk])
        return str(cursor.fetchone()[0])


def the_day_comes(case: Case) -> int:
    """Move a planned hand-over and its grants to now, and let the worker do its part."""
    with as_owner(), connections["owner"].cursor() as cursor:
        for table, column, where in (
            ("cases_grant", "starts_at", "case_id = %s AND starts_at > now()"),
            ("cases_grant", "ends_at", "case_id = %s AND ends_at > now()"),
            ("cases_handover", "begins_at", "case_id = %s AND begins_at > now()"),
        ):
            cursor.execute(
                f"UPDATE {table} SET {column} = now() - interval '1 second' WHERE {where}", [case.pk]
            )
    with as_role("worker"):
        return settle()


def the(case: Case, position: Position) -> Handover:
    with acting_as(position):
        row = Handover.objects.select_related("case").get(case=case, cancelled_at=None)
        return row


def test_a_case_changes_hands_at_once_with_a_sealed_note(cast: Cast, case: Case) -> None:
    over(cast, case, note="母の面会は火曜日")
    assert (level(cast.caseworker, case), level(cast.colleague, case)) == ("", "manage")
    with acting_as(cast.colleague):
        row = Handover.objects.select_related("case").get()
        assert reveal(row, "note") == "母の面会は火曜日"
        assert row.state_at(clock.now()) == HandoverState.DONE
        assert Notice.objects.filter(position=cast.colleague, kind="handed_over").count() == 1
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT note FROM cases_handover")
        assert "火曜日" not in cursor.fetchone()[0]


def test_the_former_stays_on_the_team_where_that_is_wanted(cast: Cast, case: Case) -> None:
    over(cast, case, keep_former=True)
    assert (level(cast.caseworker, case), level(cast.colleague, case)) == ("edit", "manage")


def test_ahead_the_former_is_in_charge_until_the_day(cast: Cast, case: Case) -> None:
    over(cast, case, 30)
    assert (level(cast.caseworker, case), level(cast.colleague, case)) == ("manage", "")
    with acting_as(cast.colleague):
        (row,) = Handover.objects.all()
        assert (row.reference, row.state_at(clock.now())) == (case.number, HandoverState.PLANNED)
    assert the_day_comes(case) == 1
    assert (level(cast.caseworker, case), level(cast.colleague, case)) == ("", "manage")
    with as_role("worker"):
        assert settle() == 0


def test_open_duties_go_along_but_for_those_the_receiver_is_barred_from(cast: Cast, case: Case) -> None:
    with as_owner():
        for barred in ([], [cast.colleague.staff_id]):
            Duty.objects.using("owner").create(
                case=case, kind="explain_exception", cause=uuid4(), owner=cast.caseworker, barred=barred,
                due_at=clock.now() + TOMORROW,
            )  # fmt: skip
    over(cast, case, 1)
    the_day_comes(case)
    with acting_as(cast.supervisor):
        owners = {bool(duty.barred): duty.owner_id for duty in Duty.objects.all()}
    assert owners == {False: cast.colleague.pk, True: cast.caseworker.pk}


def test_who_was_a_member_is_no_member_beside(cast: Cast, case: Case) -> None:
    with acting_as(cast.caseworker):
        add_to_team(case, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    over(cast, case, 1)
    the_day_comes(case)
    with acting_as(cast.colleague):
        valid = Grant.objects.filter(content_object=case, position=cast.colleague, ended_at=None)
        assert [grant.relation for grant in valid] == ["lead"]


def test_a_planned_one_is_cancelled_and_nothing_else_happened(cast: Cast, case: Case) -> None:
    over(cast, case, 5, keep_former=True)
    with acting_as(cast.supervisor):
        cancel(the(case, cast.supervisor), by=cast.supervisor)
    assert the_day_comes(case) == 0
    assert (level(cast.caseworker, case), level(cast.colleague, case)) == ("manage", "")
    over(cast, case)
    with acting_as(cast.colleague), pytest.raises(Refused):
        cancel(the(case, cast.colleague), by=cast.colleague)


@pytest.mark.parametrize(
    ("to", "by", "days", "code"),
    [
        ("stranger", "caseworker", 0, "unfit"),
        ("caseworker", "supervisor", 0, "there_already"),
        ("other_section", "stranger", 0, "not_manager"),
        ("director", "caseworker", 0, "unfit"),
    ],
)
def test_who_is_refused(cast: Cast, case: Case, to: str, by: str, days: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        over(cast, case, days, to=to, by=by)
    assert refused.value.code == code


def test_a_barred_receiver_is_refused_by_the_rule_and_by_the_wall(cast: Cast, case: Case) -> None:
    with acting_as(cast.supervisor):
        block_person(case, cast.colleague.staff, by=cast.supervisor)
    with pytest.raises(Refused):
        over(cast, case)
    with acting_as(cast.caseworker), pytest.raises(IntegrityError, match="cannot take"), transaction.atomic():
        raw(case, cast.colleague)


def raw(case: Case, to: Position) -> None:
    """What the holder of the application's password could send."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wall.hand_over(gen_random_uuid(), %s, %s, %s, false, gen_random_uuid(), NULL)",
            [case.pk, to.pk, clock.today()],
        )


def test_the_second_hand_over_of_a_case_is_refused_by_the_rule_and_by_the_wall(
    cast: Cast, case: Case
) -> None:
    over(cast, case, 10)
    with pytest.raises(Refused) as refused:
        over(cast, case, 0, to="other_section")
    assert refused.value.code == "planned"
    with acting_as(cast.caseworker), pytest.raises(IntegrityError), transaction.atomic():
        raw(case, cast.other_section)
    with acting_as(cast.supervisor), pytest.raises(Refused):
        name_lead(case, cast.other_section, by=cast.supervisor, keep_former=False)


def test_a_planned_right_is_ended_only_with_its_hand_over(cast: Cast, case: Case) -> None:
    over(cast, case, 10)
    with acting_as(cast.supervisor):
        grant = Grant.objects.get(content_object=case, position=cast.colleague)
        with pytest.raises(Refused):
            take_off_team(grant, by=cast.supervisor)
        with pytest.raises(Refused, match="receiver") as refused:
            block_person(case, cast.colleague.staff, by=cast.supervisor)
        assert "引き継ぐ予定" in str(refused.value.reason)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT wall.revoke(%s)", [grant.pk])


def test_a_stranger_hands_nothing_over_and_reads_nothing(cast: Cast, case: Case) -> None:
    over(cast, case, 10)
    row = the(case, cast.caseworker)
    with acting_as(cast.stranger):
        assert not Handover.objects.exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            raw(case, cast.stranger)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT wall.cancel_handover(%s)", [row.pk])


def test_several_at_once_go_through_but_for_those_that_cannot(cast: Cast) -> None:
    cases = [a_case(cast) for _number in range(3)]
    over(cast, cases[0], 10)
    with acting_as(cast.caseworker):
        held = [case_for(cast.caseworker, case.pk).get() for case in cases]
        refused = hand_over_each(
            held,
            cast.colleague,
            clock.today(),
            by=cast.caseworker,
            keep_former=False,
            notes={},
            batch=uuid4(),
        )
    assert [one.pk for one, _reason in refused] == [cases[0].pk]
    assert [level(cast.colleague, case) for case in cases] == ["", "manage", "manage"]


@pytest.mark.parametrize("days", [0, 10])
def test_of_two_at_once_the_case_has_one_person_in_charge(cast: Cast, days: int) -> None:
    """In every order of two connections. The wall alone is asked: both have passed the rules."""
    day = clock.today() + timedelta(days=days)

    def to(receiver: Position, case: Case) -> Steps:
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            cursor.execute(
                "SELECT wall.hand_over(gen_random_uuid(), %s, %s, %s, false, gen_random_uuid(), NULL)",
                [case.pk, receiver.pk, day],
            )
            yield

    for order in interleavings(2, 2):
        case = a_case(cast)
        errors = run(order, partial(to, cast.colleague, case), partial(to, cast.other_section, case))
        with acting_as(cast.supervisor):
            leads = valid_grants(case, clock.now() + timedelta(days=days, minutes=1))
            assert leads.filter(relation=Relation.LEAD).count() == 1, order
        assert [isinstance(error, IntegrityError) for error in errors].count(True) == (1 if days else 0), (
            order
        )


def test_who_can_receive_a_case_can_be_looked_for_as_in_charge(cast: Cast) -> None:
    with as_owner():
        Position.objects.using("owner").filter(pk=cast.colleague.pk).update(role=Role.PSYCHOLOGIST)
    with acting_as(cast.supervisor):
        offered = [position.pk for position in who_can_lead(cast.supervisor)]
        assert cast.colleague.pk in offered
        assert cast.duty.pk not in offered
        assert set(offered) == {position.pk for position in receivers(cast.supervisor, clock.today())}
