"""A demo child in custody: play therapy by the psychologist of its team, decided by the supervisor, and its first scores."""

from datetime import timedelta

from agencies.staff.roles import Role
from cases.counseling.actions import PLAN, PlanFacts, draft_plan
from cases.counseling.codes import (
    ChildStand,
    CounselingKind,
    CustodianStand,
    ForWhom,
    Frequency,
    LegalForm,
    Occasion,
)
from cases.counseling.content import Asked
from cases.counseling.measuring import record_measure
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import providers_of, to_ask
from cases.decisions.codes import Verdict
from cases.records.models import Case
from cases.scores.codes import Instrument
from cases.scores.queries import Result
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock

SCORE = 17


def counseled(t: Telling) -> None:
    """Where a psychologist is on the team, who drafts the plan and gives the help."""
    words = texts()["counseling"]
    with at(t.later(OFFICE, hours=1), t.lead):
        case = Case.objects.select_related("office", "child").get(pk=t.case.pk)
        psychologist = next((one for one in providers_of(case) if one.role == Role.PSYCHOLOGIST), None)
    if psychologist is None:
        return
    with at(t.later(OFFICE, hours=1), psychologist):
        case = Case.objects.select_related("office", "child").get(pk=t.case.pk)
        today = clock.today()
        facts = PlanFacts(
            kind=CounselingKind.PLAY,
            legal_form=LegalForm.NONE,
            for_whom=[ForWhom.CHILD],
            child_stand=ChildStand.AGREES,
            child_said_at=clock.now(),
            frequency=Frequency.WEEKLY,
            minutes=50,
            starts_on=today,
            review_on=today + timedelta(days=60),
            provider=psychologist,
            texts={name: words[name] for name in CounselingPlan.TEXTS},
            goals=words["goals"],
            asked=[
                Asked(person.pk, CustodianStand.AGREES, clock.now(), words["custodian"])
                for person in to_ask(case, today)
            ],
        )
        row = draft_plan(case, facts, by=psychologist)
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(OFFICE, hours=2), supervisor):
        PLAN.decide(row, Verdict.APPROVE, by=supervisor)
    with at(t.later(OFFICE, hours=1), psychologist):
        plan = CounselingPlan.objects.select_related("case__office").get(pk=row.pk)
        measured = words["measured"]
        score = Result(Instrument.DSRS_C, clock.today(), measured["rater"], ((measured["scale"], SCORE),))
        record_measure(plan, Occasion.START, [score], by=psychologist)
