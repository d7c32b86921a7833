"""What is open on a case that will be handed over, in numbers alone: sealed, for its receiver, until the day."""

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.handover.actions import cancel, count_again
from cases.handover.models import Handover, HandoverCount
from cases.handover.queries import latest_counts
from cases.records.actions import add_to_team
from cases.records.codes import Level, Relation
from cases.records.models import Case
from cases.records.relations import relations_of
from face.wareki import format_date
from security.audit.models import CaseTrace
from security.encryption.fields import value_of
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.cases.handover.test_handover import over, planned_visit, the, the_day_comes


@pytest.fixture
def case(cast: Cast) -> Case:
    """To be handed over in forty days, with a visit planned."""
    case = a_case(cast)
    planned_visit(cast, case)
    over(cast, case, 40)
    return case


def counted(position: Position, case: Case) -> dict[str, int] | None:
    """The numbers that the position can open."""
    with acting_as(position):
        rows = Handover.objects.filter(case=case).values_list("pk", flat=True)
        return next((value_of(row.numbers) for row in latest_counts(list(rows)).values()), None)


def test_both_read_the_numbers_and_nobody_else_does(cast: Cast, case: Case) -> None:
    for who in ("caseworker", "colleague", "supervisor"):
        assert counted(cast.positions[who], case) == {"visits": 1}, who
    for who in ("other_section", "stranger", "admin"):
        assert counted(cast.positions[who], case) is None, who
        with acting_as(cast.positions[who]):
            assert not HandoverCount.objects.exists()
    with as_owner(), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT numbers FROM cases_handovercount")
        assert "visits" not in cursor.fetchone()[0]


def test_from_the_day_on_and_once_cancelled_the_receiver_has_no_key_of_them(cast: Cast) -> None:
    came, off = a_case(cast), a_case(cast)
    for case in (came, off):
        planned_visit(cast, case)
        over(cast, case, 40)
    the_day_comes(came)
    with acting_as(cast.caseworker):
        cancel(the(off, cast.caseworker), by=cast.caseworker)
    assert counted(cast.colleague, came) == {"visits": 1}  # as whoever reads the case
    assert counted(cast.colleague, off) is None


def test_what_is_handed_over_at_once_is_not_counted(cast: Cast) -> None:
    over(cast, a_case(cast))
    with as_owner():
        assert not HandoverCount.objects.using("owner").exists()


def test_it_is_counted_again_by_who_manages_the_case(cast: Cast, case: Case) -> None:
    planned_visit(cast, case)
    address = reverse("handover_count", args=[the(case, cast.caseworker).batch])
    for who in ("colleague", "other_section", "stranger"):
        assert signed_in(cast.positions[who]).post(address).status_code == 404
    assert counted(cast.colleague, case) == {"visits": 1}
    for times, who in ((2, "caseworker"), (3, "supervisor")):
        assert signed_in(cast.positions[who]).post(address).status_code == 302
        assert counted(cast.colleague, case) == {"visits": times}
        planned_visit(cast, case)
    with acting_as(cast.caseworker):
        cancel(row := the(case, cast.caseworker), by=cast.caseworker)
        row.refresh_from_db()
        with pytest.raises(Refused):
            count_again([row], by=cast.caseworker)
    assert signed_in(cast.caseworker).post(address).status_code == 404


def test_the_wall_takes_numbers_from_who_hands_over_alone(cast: Cast, case: Case) -> None:
    row = the(case, cast.caseworker)
    sql = (
        "INSERT INTO cases_handovercount (id, handover_id, case_id, counted_at, numbers)"
        " SELECT gen_random_uuid(), %s, %s, now(), numbers FROM cases_handovercount LIMIT 1"
    )
    other = a_case(cast)
    for who, of_case in (("colleague", case), ("caseworker", other)):
        with (
            acting_as(cast.positions[who]),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, [row.pk, of_case.pk])


def test_the_home_of_the_receiver_says_what_comes_and_the_look_is_recorded(cast: Cast, case: Case) -> None:
    page = signed_in(cast.colleague).get(reverse("home")).content.decode()
    today = format_date(clock.today(), "ja", "short")
    assert f"予定の訪問 1件（{today}時点）" in page
    assert case.number in page
    with as_owner():
        looks = CaseTrace.objects.using("owner").filter(
            actor_id=cast.colleague.staff_id, case_ids__contains=[case.pk]
        )
        assert [(look.relation, look.decision) for look in looks] == [("receiver", "allowed")]
    assert case.number not in signed_in(cast.other_section).get(reverse("home")).content.decode()


def test_who_is_on_the_team_already_looks_as_its_member(cast: Cast, case: Case) -> None:
    joined = a_case(cast)
    with acting_as(cast.caseworker):
        add_to_team(joined, cast.colleague, relation=Relation.MEMBER, level=Level.EDIT, by=cast.caseworker)
    over(cast, joined, 40)
    for who, relations in (("colleague", ["receiver", "member"]), ("caseworker", ["lead", "lead"])):
        with acting_as(cast.positions[who]):
            found = relations_of(cast.positions[who].pk, [case.pk, joined.pk])
        assert [found[one.pk] for one in (case, joined)] == relations
