"""Who does not work on a case learns nothing of its household by what the database refuses."""

import pytest
from django.db import IntegrityError

from agencies.staff.acting import acting_as
from cases.households.models import Household, HouseholdMember
from cases.households.queries import household_of
from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast
from tests.raw import known_row, refusal
from tests.unit.cases.households.test_homes import hidden, homes, split

EMPTY = dict.fromkeys(("left_at", "left_by_id", "left_on", "left_reason"))


def test_nobody_else_learns_that_a_case_was_separated(cast: Cast) -> None:
    cases = homes(cast)
    with acting_as(cast.caseworker):
        home = household_of(cases[0])
        row = known_row("cases_householdmember", HouseholdMember.objects.get(case=cases[1]).pk) | EMPTY
    assert home is not None
    hidden(cast, cases[1])

    def answer(case: Case) -> tuple[str, str]:
        with acting_as(cast.caseworker):
            return refusal("cases_householdmember", row, case_id=case.pk, household_id=home.pk)

    before = answer(cases[1])
    split(cast, cases[1], by="supervisor2")
    assert answer(cases[1]) == before
    assert before[0] == "42501"


@pytest.mark.parametrize("name", ["caseworker", "colleague", "director"])
def test_nobody_makes_a_household_without_a_case(cast: Cast, name: str) -> None:
    by = cast.positions[name]
    empty = Household(office=by.office, made_at=clock.now(), made_by=by)
    with pytest.raises(IntegrityError, match="a household has a case"), acting_as(by):
        empty.save(force_insert=True)
