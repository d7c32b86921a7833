"""Who was in charge before keeps what the hand-over left, can be barred, and supervises if that is their position."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from cases.records.actions import block_person
from cases.records.queries import before_glass, valid_leads
from security.walls import clock
from tests.accepting import accept
from tests.cast import Cast, a_case
from tests.client import signed_in
from tests.unit.cases.handover.test_handover import level, over, the_day_comes


def test_who_was_in_charge_until_a_day_can_be_barred(cast: Cast) -> None:
    case = a_case(cast)
    over(cast, case, 1, keep_former=True)
    the_day_comes(case)
    with acting_as(cast.supervisor):
        block_person(case, cast.caseworker.staff, by=cast.supervisor)
    assert level(cast.caseworker, case) == ""


def test_the_last_person_in_charge_stays_after_a_hand_over_by_date(cast: Cast) -> None:
    case = a_case(cast)
    over(cast, case, 1)
    the_day_comes(case)
    with acting_as(cast.colleague), connection.cursor() as cursor:
        lead = valid_leads(clock.now()).get(content_object=case)
        with pytest.raises(IntegrityError, match="has a person in charge"):
            cursor.execute("SELECT wall.revoke(%s)", [lead.pk])


def test_a_conference_that_names_who_was_in_charge_puts_them_in_charge(cast: Cast) -> None:
    case = a_case(cast)
    over(cast, case, 1)
    the_day_comes(case)
    accept(cast, case, cast.supervisor, cast.caseworker)
    with acting_as(cast.supervisor):
        assert valid_leads(clock.now()).get(content_object=case).position == cast.caseworker


@pytest.mark.parametrize("days", [0, 1])
def test_a_supervisor_who_was_in_charge_supervises_from_then_on(cast: Cast, days: int) -> None:
    case = a_case(cast, lead="supervisor")
    over(cast, case, days, to="caseworker", by="supervisor")
    if days:
        the_day_comes(case)
    assert level(cast.supervisor, case) == "manage"


def test_until_its_day_the_one_in_charge_is_named_before_the_glass(cast: Cast) -> None:
    case = a_case(cast)
    over(cast, case, 30)
    with acting_as(cast.duty):
        found = before_glass(case.pk)
        assert found is not None
        assert found.in_charge == cast.caseworker.staff.name


def test_who_is_barred_reads_neither_the_hand_over_nor_its_notice(cast: Cast) -> None:
    case = a_case(cast)
    over(cast, case, to="other_section", by="supervisor")
    reader = signed_in(cast.caseworker)
    assert case.number in reader.get(reverse("handovers")).content.decode()
    with acting_as(cast.supervisor):
        block_person(case, cast.caseworker.staff, by=cast.supervisor)
    assert case.number not in reader.get(reverse("handovers")).content.decode()
    with acting_as(cast.caseworker):
        assert not Notice.objects.filter(reference=case.number).exists()


def test_a_right_that_the_former_gave_themselves_ends_with_the_hand_over(cast: Cast) -> None:
    case = a_case(cast)
    facts = [str(uuid4()), str(case.pk), str(cast.caseworker.pk)]
    with acting_as(cast.caseworker), connection.cursor() as cursor:
        cursor.execute("SELECT wall.grant(%s, %s, %s, 'member', 'manage', NULL, NULL, NULL)", facts)
    over(cast, case, by="supervisor")
    assert level(cast.caseworker, case) == ""


def test_a_case_goes_to_nobody_whose_role_is_never_in_charge(cast: Cast) -> None:
    case = a_case(cast)
    facts = [str(uuid4()), str(case.pk), str(cast.duty.pk), str(clock.today()), str(uuid4())]
    with (
        acting_as(cast.supervisor),
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="cannot take this case"),
    ):
        cursor.execute("SELECT wall.hand_over(%s, %s, %s, %s, false, %s, NULL)", facts)
