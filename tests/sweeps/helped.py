"""The counseling of the world's child: part of what was done before the sweeps ask for it."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.counseling import actions, later
from cases.counseling.actions import PLAN, PlanFacts
from cases.counseling.codes import (
    ChildStand,
    CounselingKind,
    CustodianStand,
    ForWhom,
    Frequency,
    GoalState,
    LegalForm,
    Occasion,
    PlanEnd,
    ReviewOutcome,
)
from cases.counseling.content import GOALS, Asked
from cases.counseling.measuring import record_measure
from cases.counseling.models import CounselingEnd, CounselingPlan, PlanReview
from cases.counseling.queries import goals_of
from cases.decisions.codes import Verdict
from cases.records import actions as records
from cases.records.codes import Answer, PersonRole
from cases.scores.codes import Instrument
from cases.scores.queries import Result
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_counseling(world: "World") -> None:
    """A plan that was amended once, for which the caregiver was asked, its review, and an end that came back."""
    lead, line = world["lead"], world["line"]
    texts = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
    mother = texts | {"role": PersonRole.NON_OFFENDING, "name": canary("caregiver.name"), "relation": "母"}
    with acting_as(lead):
        person = records.save_person(world.case, mother, by=lead)
        facts = plan_facts(lead, person.pk)
        row = actions.draft_plan(world.case, facts, by=lead)
    with acting_as(line):
        PLAN.decide(row, Verdict.APPROVE, note=canary("counseling.note"), by=line)
    with acting_as(lead):
        row = CounselingPlan.objects.get(pk=row.pk)
        row.case = world.case
        said = replace(facts, sessions=20)
        row = actions.draft_plan(world.case, said, by=lead, amends=row, why=canary("counseling.why"))
    with acting_as(line):
        PLAN.decide(row, Verdict.APPROVE, note=canary("counseling.note"), by=line)
    world.ids["counseling_id"] = row.pk
    _review_and_end(world, row.pk)


def plan_facts(provider: Position, *custodians: UUID) -> PlanFacts:
    """What a plan of the world's child says, given by this position."""
    now = clock.now()
    return PlanFacts(
        kind=CounselingKind.PLAY,
        legal_form=LegalForm.NONE,
        for_whom=[ForWhom.CHILD, ForWhom.CAREGIVER],
        child_stand=ChildStand.UNDECIDED,
        child_said_at=now,
        frequency=Frequency.WEEKLY,
        minutes=50,
        sessions=10,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=70),
        review_on=clock.today() + timedelta(days=50),
        provider=provider,
        texts=words("counseling", *CounselingPlan.TEXTS),
        goals={f"goal_{n}": canary(f"counseling.goal_{n}") for n in GOALS},
        asked=[Asked(one, CustodianStand.AGREES, now, canary("counseling.answer")) for one in custodians],
    )


def _review_and_end(world: "World", which: UUID) -> None:
    lead, line = world["lead"], world["line"]
    with acting_as(lead):
        plan = CounselingPlan.objects.get(pk=which)
        plan.case = world.case
        states = dict.fromkeys(goals_of(plan), GoalState.PARTLY)
        review = later.ReviewFacts(
            reviewed_on=clock.today(),
            outcome=ReviewOutcome.CONTINUE,
            next_on=clock.today() + timedelta(days=40),
            goal_states=states,
            texts=words("counseling.review", *PlanReview.TEXTS),
        )
        later.record_review(plan, review, by=lead)
        _measure(plan, lead)
        end = later.EndFacts(
            last_on=clock.today(),
            reason=PlanEnd.COMPLETED,
            goal_states=states,
            farewell=Answer.YES,
            follow_up_on=clock.today() + timedelta(days=180),
            texts=words("counseling.end", *CounselingEnd.TEXTS),
        )
        row = later.draft_end(plan, end, by=lead)
    with acting_as(line):
        later.END.decide(row, Verdict.RETURN, note=canary("counseling.end.note"), by=line)


def _measure(plan: CounselingPlan, lead: Position) -> None:
    """Scores at the start, which were corrected once."""

    def test(score: int) -> Result:
        scale = canary("counseling.scale")
        return Result(Instrument.DSRS_C, clock.today(), canary("counseling.rater"), ((scale, score),))

    first = record_measure(plan, Occasion.START, [test(12)], by=lead)
    again = canary("counseling.scores_why")
    record_measure(plan, Occasion.START, [test(14)], by=lead, replaces=first, why=again)
