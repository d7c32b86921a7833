"""What an exception leaves to do: who does it, who may not, and what becomes of it when its owner leaves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.models import Case
from referrals.consent import actions
from referrals.consent.models import ExceptionDuty
from referrals.consent.queries import duties_open_for
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.client import signed_in
from tests.unit.referrals import pages, steps
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def duties(cast: Cast) -> tuple[Case, dict[str, ExceptionDuty]]:
    """An approved exception's two duties, by their kind."""
    case = a_case(cast)
    steps.excepted(cast, case)
    with acting_as(cast.director):
        return case, {row.duty: row for row in ExceptionDuty.objects.filter(case=case)}


def leave(position: Position) -> None:
    """The position ended yesterday."""
    with as_owner():
        Position.objects.using("owner").filter(pk=position.pk).update(
            ends_on=clock.today() - timedelta(days=1)
        )


def test_the_review_is_another_persons(cast: Cast) -> None:
    _case, found = duties(cast)
    assert found["review"].owner_id == cast.supervisor.pk
    for name, code in (("caseworker", "own_request"), ("director", "own_decision")):
        with pytest.raises(Refused) as caught, acting_as(cast.positions[name]):
            actions.fulfil_duty(found["review"], note="自分で", by=cast.positions[name])
        assert caught.value.code == code
        done = "UPDATE referrals_exceptionduty SET done_at = now(), note = 'x' WHERE id = %s"
        with pytest.raises(IntegrityError, match="a duty is changed only by"):
            raw(cast.positions[name], done, [found["review"].pk])


def test_the_duty_of_a_former_colleague_is_listed_and_taken_over(cast: Cast) -> None:
    case, found = duties(cast)
    explain = found["explain"]
    leave(cast.caseworker)
    boss = pages.in_english(signed_in(cast.supervisor))
    for address in ("/duties/", f"/cases/{case.pk}/duties/{explain.pk}/"):
        assert "Has left this position" in boss.get(address).content.decode()
    assert boss.post(f"/cases/{case.pk}/duties/{explain.pk}/take-over/").status_code == 302
    with acting_as(cast.supervisor):
        assert ExceptionDuty.objects.get(pk=explain.pk).owner_id == cast.supervisor.pk
        actions.fulfil_duty(explain, note="所で説明した", by=cast.supervisor)
        assert [row.duty for row in duties_open_for(cast.supervisor)] == ["review"]


def test_who_takes_no_duty_over(cast: Cast) -> None:
    _case, found = duties(cast)
    for name, duty, code in (
        ("caseworker", "review", "role"),
        ("director", "review", "own_decision"),
        ("supervisor", "review", "own_duty"),
    ):
        with pytest.raises(Refused) as caught, acting_as(cast.positions[name]):
            actions.take_over_duty(found[duty], by=cast.positions[name])
        assert caught.value.code == code
    to = "UPDATE referrals_exceptionduty SET owner_id = %s WHERE id = %s"
    for actor, owner in ((cast.supervisor, cast.colleague), (cast.director, cast.supervisor)):
        with pytest.raises(IntegrityError, match="a duty is changed only by"):
            raw(actor, to, [owner.pk, found["explain"].pk])
    assert raw(cast.director, to, [cast.director.pk, found["explain"].pk]) == 1


@pytest.mark.parametrize(
    "slip",
    ["due_at = now() + interval '2 years'", "done_at = now()", "owner_id = drafter", "duty = 'explain'"],
)
def test_an_approval_by_sql_leaves_duties_that_bind(cast: Cast, slip: str) -> None:
    """The director plants the duties himself, one of them worthless, and approves."""
    case = a_case(cast)
    asked = steps.excepted(cast, case, approve=False)
    values = {
        "due_at": "now() + interval '7 days'",
        "done_at": "NULL",
        "owner_id": str(cast.supervisor.pk),
        "duty": "'review'",
    }
    values["owner_id"] = f"'{cast.supervisor.pk}'"
    column, _equals, worthless = slip.partition(" = ")
    values[column] = f"'{cast.caseworker.pk}'" if worthless == "drafter" else worthless
    plant_and_approve = (
        "WITH planted AS (INSERT INTO referrals_exceptionduty (id, case_id, exception_id, duty, owner_id, due_at, done_at)"
        " VALUES "
        f"(gen_random_uuid(), %s, %s, 'explain', '{cast.caseworker.pk}', now() + interval '7 days', NULL), "
        f"(gen_random_uuid(), %s, %s, {values['duty']}, {values['owner_id']}, {values['due_at']}, {values['done_at']})) "
        "UPDATE referrals_exceptionrequest SET approved = true, decided_at = now(), decided_by_id = %s, decided_person_id = %s "
        "WHERE id = %s"
    )
    ids = [case.pk, asked.pk, case.pk, asked.pk, cast.director.pk, cast.director.staff_id, asked.pk]
    with pytest.raises(IntegrityError, match=r"leaves two duties|has not been done"):
        raw(cast.director, plant_and_approve, ids)
