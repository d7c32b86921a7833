"""A plan is entrusted while it is reviewed, measured, amended or ended: one waits for the other, and neither is thrown out."""

from collections.abc import Callable
from typing import Any

import pytest

from agencies.staff.acting import acting_as
from cases.counseling.codes import Occasion, ReviewOutcome
from cases.counseling.measuring import record_measure
from cases.counseling.models import CounselingPlan
from cases.records.actions import locked
from cases.records.models import Case
from cases.scores.codes import Instrument
from cases.scores.queries import Result
from referrals.entrusted import actions
from referrals.entrusted.models import Entrusted
from security.walls import clock
from tests.cast import Cast
from tests.unit.cases.counseling.test_later import amendment, an_end, review
from tests.unit.referrals.actors import Steps, run
from tests.unit.referrals.entrusted import steps

Act = Callable[[Cast, CounselingPlan], Any]


def _measure(cast: Cast, plan: CounselingPlan) -> Any:
    with acting_as(cast.caseworker):
        found = [Result(Instrument.DSRS_C, clock.today(), "心理（架空）", (("合計", 11),))]
        return record_measure(steps.fresh_plan(plan), Occasion.START, found, by=cast.caseworker)


def _amend(cast: Cast, plan: CounselingPlan) -> Any:
    return amendment(cast, plan, provider=None, other_office=cast.offices["home"], minutes=30)


ACTS: dict[str, Act] = {
    "review": lambda cast, plan: review(cast, plan, ReviewOutcome.CONTINUE),
    "measure": _measure,
    "amend": _amend,
    "end": an_end,
}


@pytest.mark.parametrize("act", list(ACTS))
def test_the_case_is_locked_first_by_both(cast: Cast, act: str) -> None:
    """Where one locked the plan first, the database would throw out one of the two."""
    plan = steps.planned(cast)

    def entrusting() -> Steps:
        """lock the case · entrust · commit."""
        with acting_as(cast.caseworker):
            fresh = steps.fresh_plan(plan)
            locked(Case.objects.filter(pk=plan.case_id))
            yield
            actions.entrust(fresh, steps.facts(cast), by=cast.caseworker)
            yield

    def acting() -> Steps:
        ACTS[act](cast, plan)
        yield

    assert run("ABA", entrusting, acting) == (None, None)
    with acting_as(cast.caseworker):
        assert Entrusted.objects.filter(plan=plan.pk).exists()
