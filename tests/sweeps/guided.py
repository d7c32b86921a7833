"""The guideline of the world's child: one in force that was explained, another that came back, an evaluation that waits."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.decisions.codes import Verdict
from cases.guidelines import actions
from cases.guidelines.codes import GoalState, Horizon, Outcome
from cases.guidelines.models import Guideline
from cases.guidelines.queries import Goal, Result, Wish, custodians
from cases.records import actions as records
from cases.records.models import Case
from security.walls import clock
from tests.sweeps.canaries import canary, number, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_guideline(world: "World") -> None:
    """A mother is asked for her wish; the stepfather is suspected."""
    lead, director = world["lead"], world["director"]
    with acting_as(lead):
        texts = words("mother", "name", "kana", "relation", "age", "occupation", "note")
        texts["telephone"] = number("mother.telephone")
        mother = records.save_person(world.case, texts | {"role": "non_offending"}, by=lead)
        row = actions.draft_guideline(_fresh(world), _facts(world, mother.pk), by=lead)
    with acting_as(director):
        row = actions.GUIDE.decide(row, Verdict.APPROVE, note=canary("guideline.note"), by=director)
    told = words("guideline.told", "told_by", "how", "sheet_version", "child_said")
    with acting_as(lead):
        actions.record_told(row, told | {"told_at": clock.now()}, by=lead)
        again = actions.draft_guideline(_fresh(world), _facts(world, mother.pk), by=lead)
    with acting_as(director):
        actions.GUIDE.decide(again, Verdict.RETURN, note=canary("guideline.note"), by=director)
    results = [Result(GoalState.PARTLY, canary("guideline.result")), Result(GoalState.NOT_YET)]
    said = words("guideline.review", "child_view", "custodians_view", "assessment")
    facts = actions.ReviewFacts(
        outcome=Outcome.CONTINUE,
        reviewed_on=clock.today(),
        results=results,
        next_on=clock.today() + timedelta(days=90),
        **said,
    )
    with acting_as(lead):
        drafted = actions.draft_review(_fresh(world), facts, by=lead)
    with acting_as(director):
        actions.REVIEW.decide(drafted, Verdict.RETURN, note=canary("guideline.review.note"), by=director)
    world.ids["guideline_id"] = row.pk


def _fresh(world: "World") -> Case:
    return Case.objects.select_related("child", "office", "section").get(pk=world.case.pk)


def _facts(world: "World", mother: object) -> actions.GuidelineFacts:
    asked, _suspects = custodians(_fresh(world), clock.today())
    day = clock.today() + timedelta(days=60)
    goals = [
        Goal(kind, until=day, **words(f"guideline.{kind.value}", "goal", "means", "who")) for kind in Horizon
    ]
    return actions.GuidelineFacts(
        texts=words("guideline", *Guideline.TEXTS),
        wishes=[Wish(one.pk, canary("guideline.wish")) for one in asked],
        goals=goals,
        review_on=clock.today() + timedelta(days=100),
    )
