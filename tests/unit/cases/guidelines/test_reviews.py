"""The evaluation of a guideline: of each goal, in time, by two people; and that it is told before it is due."""

from typing import Any

import pytest
from django.db import DatabaseError

from agencies.notices.models import Notice
from agencies.staff.acting import acting_as
from agencies.staff.rules import Refused
from cases.decisions.codes import State, Verdict
from cases.duties.models import Duty
from cases.guidelines import panel, rules
from cases.guidelines.codes import GoalState, Outcome
from cases.guidelines.models import Guideline, GuidelineReview
from cases.guidelines.panel import EVALUATE, EXPLAIN
from cases.guidelines.prefill import prefilled
from cases.guidelines.queries import next_review, results_of, reviews_of
from cases.guidelines.tasks import warn
from security.walls import clock
from tests.cast import Cast, as_role
from tests.client import signed_in
from tests.unit.cases.guidelines.made import (
    days,
    decide_review,
    draft,
    fresh,
    in_force,
    review,
    tell,
    with_mother,
)
from tests.unit.referrals.disclosures.test_gate_by_sql import raw


def open_duties(cast: Cast) -> list[tuple[str, Any]]:
    with acting_as(cast.caseworker):
        rows = Duty.objects.filter(kind__in=(EXPLAIN.code, EVALUATE.code), done_at=None)
        return sorted((one.kind, one.due_at.date()) for one in rows)


def stored(cast: Cast, row: Guideline) -> Guideline:
    with acting_as(cast.caseworker):
        return Guideline.objects.get(pk=row.pk)


def test_approved_it_leaves_the_next_one(cast: Cast) -> None:
    row = in_force(cast)
    tell(cast, row)
    drafted = review(cast, row.case)
    assert open_duties(cast) == [(EVALUATE.code, row.review_on)]
    drafted = decide_review(cast, drafted)
    assert drafted.state is State.APPROVED
    assert open_duties(cast) == [(EVALUATE.code, days(170))]
    with acting_as(cast.caseworker):
        case = fresh(row.case)
        assert next_review(row, reviews_of(case)) == days(170)
        kept = GuidelineReview.objects.get()
        assert [one.state for one in results_of(kept)] == [GoalState.REACHED, GoalState.NOT_YET]
    decide_review(cast, review(cast, row.case, next_on=days(30)))
    assert open_duties(cast) == [(EVALUATE.code, days(30))]
    assert stored(cast, row).is_in_force


def test_it_ends_the_guideline_and_nothing_is_owed_any_more(cast: Cast) -> None:
    row = in_force(cast)
    drafted = review(cast, row.case, outcome=Outcome.END, next_on=None)
    assert stored(cast, row).is_in_force
    decide_review(cast, drafted)
    kept = stored(cast, row)
    assert (kept.state, kept.superseded_at, kept.ended_at is not None) == (State.ENDED, None, True)
    assert open_duties(cast) == []
    with acting_as(cast.caseworker):
        assert rules.what_waits(fresh(row.case), clock.now()) == ""
    with pytest.raises(Refused, match="none"):
        review(cast, row.case)


def test_where_it_is_to_be_changed_the_next_draft_is_the_next_step(cast: Cast) -> None:
    row = in_force(cast)
    decide_review(cast, review(cast, row.case, outcome=Outcome.CHANGE))
    with acting_as(cast.caseworker):
        case = fresh(row.case)
        (step,) = [one for one in panel.steps(case, cast.caseworker) if "guidelines/new" in one.url]
        assert step.due is not None
        begins = prefilled(case, clock.today())
    assert begins["goal_1"] == "地域で暮らす"  # the one that was reached is not taken up again
    assert "goal_2" not in begins
    draft(cast, row.case)
    with acting_as(cast.caseworker):
        assert not [
            one for one in panel.steps(fresh(row.case), cast.caseworker) if "guidelines/new" in one.url
        ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reviewed_on": 1}, "reviewed_on"),
        ({"reviewed_on": -2}, "reviewed_on"),
        ({"next_on": 190}, "next_on"),
        ({"next_on": -1}, "next_on"),
    ],
)
def test_its_days_are_in_their_order(cast: Cast, wrong: dict[str, int], code: str) -> None:
    row = in_force(cast)
    moved: dict[str, Any] = {name: days(number) for name, number in wrong.items()}
    with pytest.raises(Refused) as refused:
        review(cast, row.case, **moved)
    assert refused.value.code == code


def test_what_ends_has_no_next_day_and_every_goal_is_looked_at(cast: Cast) -> None:
    row = in_force(cast)
    for more, code in (
        ({"outcome": Outcome.END}, "next_on"),
        ({"next_on": None}, "next_on"),
        ({"states": (GoalState.REACHED,)}, "results"),
    ):
        with pytest.raises(Refused) as refused:
            review(cast, row.case, **more)
        assert refused.value.code == code


def test_it_is_not_approved_on_a_guideline_that_gave_way(cast: Cast) -> None:
    row = in_force(cast)
    drafted = review(cast, row.case)
    in_force(cast, row.case)
    with pytest.raises(Refused, match="over"):
        decide_review(cast, drafted)
    assert decide_review(cast, drafted, Verdict.RETURN).state is State.RETURNED


def test_by_sql_nothing_but_the_guideline_in_force_is_evaluated_and_in_time(cast: Cast) -> None:
    row = in_force(cast)
    drafted = review(cast, row.case)
    other = in_force(cast, with_mother(cast))
    for change, wall in (
        (f"guideline_id = '{other.pk}'", "the guideline in force"),
        ("next_on = current_date + 400", "in time"),
        ("next_on = current_date - 3", "in time"),
    ):
        with pytest.raises(DatabaseError, match=wall):
            raw(cast.caseworker, f"UPDATE cases_guidelinereview SET {change} WHERE id = %s", [drafted.pk])
    with pytest.raises(DatabaseError, match=r"takes_two|may not decide"):
        raw(
            cast.caseworker,
            "UPDATE cases_guidelinereview SET approved = true, decided_at = now() WHERE id = %s",
            [drafted.pk],
        )


def test_the_duty_after_an_evaluation_waits_for_the_next_one(cast: Cast) -> None:
    row = in_force(cast)
    first = decide_review(cast, review(cast, row.case))
    with pytest.raises(DatabaseError, match="what is owed is done by recording it"):
        raw(cast.caseworker, "UPDATE cases_duty SET done_at = now() WHERE cause = %s", [first.pk])


def told(cast: Cast, who: str) -> int:
    with acting_as(cast.positions[who]):
        return Notice.objects.filter(position=cast.positions[who], kind="clock_soon").count()


def test_lead_and_supervisor_are_told_once_thirty_days_before(cast: Cast) -> None:
    in_force(cast, review_on=days(40))
    with as_role("worker"):
        assert warn() == 0
    row = in_force(cast, review_on=days(29))
    for _run in range(2):
        with as_role("worker"):
            assert warn() == 1
    assert (told(cast, "caseworker"), told(cast, "supervisor"), told(cast, "director")) == (1, 1, 0)
    with acting_as(cast.caseworker):
        (notice,) = Notice.objects.filter(position=cast.caseworker, kind="clock_soon")
        assert (notice.count, notice.reference) == (1, row.case.number)
        (step,) = [one for one in panel.steps(fresh(row.case), cast.caseworker) if "review" in one.url]
        assert step.due
    page = signed_in(cast.caseworker).get(notice.path)
    assert page.status_code == 200
    decide_review(cast, review(cast, row.case))
    with as_role("worker"):
        assert warn() == 0
