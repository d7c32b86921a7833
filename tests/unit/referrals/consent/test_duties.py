"""No exception is approved without the two duties it leaves, and each of them binds."""

import pytest
from django.db import IntegrityError

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from cases.duties.queries import duties_after
from security.walls import clock
from tests.cast import Cast, a_case, as_owner
from tests.unit.referrals import steps
from tests.unit.referrals.disclosures.test_gate_by_sql import raw

WORTHLESS = {
    "due after the office's 14 days": ("due_at", "now() + interval '15 days'"),
    "done already": ("done_at", "now()"),
    "left to who asked": ("owner_id", "'{drafter}'"),
    "of the other kind": ("kind", "'explain_exception'"),
    "of another thing": ("cause", "gen_random_uuid()"),
    "barring nobody": ("barred", "'{{}}'::uuid[]"),
    "not barring who approves": ("barred", "ARRAY['{drafter_person}']::uuid[]"),
    "not barring who asked": ("barred", "ARRAY['{decider_person}']::uuid[]"),
}
COLUMNS = ("id", "case_id", "cause", "kind", "owner_id", "barred", "due_at", "done_at")


def plant_and_approve(cast: Cast, slip: str = "") -> int:
    """The director plants the duties himself, the review as ``slip`` says, and approves."""
    case = a_case(cast)
    asked = steps.excepted(cast, case, approve=False)
    people = {
        "drafter": cast.caseworker.pk,
        "drafter_person": cast.caseworker.staff_id,
        "decider_person": cast.director.staff_id,
    }
    explain = {
        "id": "gen_random_uuid()",
        "case_id": f"'{case.pk}'",
        "cause": f"'{asked.pk}'",
        "kind": "'explain_exception'",
        "owner_id": f"'{cast.caseworker.pk}'",
        "barred": "'{}'::uuid[]",
        "due_at": "now() + interval '7 days'",
        "done_at": "NULL",
    }
    barred = "ARRAY['{drafter_person}', '{decider_person}']::uuid[]".format(**people)
    review = explain | {"kind": "'review_exception'", "owner_id": f"'{cast.supervisor.pk}'", "barred": barred}
    if slip:
        column, worthless = WORTHLESS[slip]
        review[column] = worthless.format(**people)
    rows = ", ".join("(" + ", ".join(row[column] for column in COLUMNS) + ")" for row in (explain, review))
    return raw(
        cast.director,
        f"WITH planted AS (INSERT INTO cases_duty ({', '.join(COLUMNS)}) VALUES {rows}) "
        "UPDATE referrals_exceptionrequest SET approved = true, decided_at = now(), decided_by_id = %s, decided_person_id = %s "
        "WHERE id = %s",
        [cast.director.pk, cast.director.staff_id, asked.pk],
    )


def test_an_approval_by_sql_with_two_duties_that_bind(cast: Cast) -> None:
    assert plant_and_approve(cast) == 1


@pytest.mark.parametrize("slip", WORTHLESS)
def test_an_approval_by_sql_leaves_duties_that_bind(cast: Cast, slip: str) -> None:
    with pytest.raises(IntegrityError, match=r"leaves two duties|has not been done|is barred from it"):
        plant_and_approve(cast, slip)


def test_an_office_may_ask_for_them_sooner(cast: Cast) -> None:
    with as_owner():
        Office.objects.using("owner").filter(code="kita").update(explain_days=2, review_days=3)
    case = a_case(cast)
    asked = steps.excepted(cast, case)
    with acting_as(cast.director):
        days = {
            row.kind: (row.due_at - clock.now()).total_seconds() / 86_400
            for row in duties_after(case.pk, asked.pk)
        }
    assert days == {
        "explain_exception": pytest.approx(2, abs=0.1),
        "review_exception": pytest.approx(3, abs=0.1),
    }
    with pytest.raises(IntegrityError, match="leaves two duties"):
        plant_and_approve(cast)


@pytest.mark.parametrize("laxer", [{"explain_days": 8}, {"review_days": 15}, {"explain_days": 0}])
def test_no_office_asks_for_them_later(cast: Cast, laxer: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="exception_days_stricter"), as_owner():
        Office.objects.using("owner").filter(code="kita").update(**laxer)
