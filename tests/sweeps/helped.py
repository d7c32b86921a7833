"""The counseling of the world's child: part of what was done before the sweeps ask for it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.counseling import actions
from cases.counseling.actions import PLAN, PlanFacts
from cases.counseling.codes import ChildStand, CounselingKind, CustodianStand, ForWhom, Frequency, LegalForm
from cases.counseling.content import GOALS, Asked
from cases.counseling.models import CounselingPlan
from cases.decisions.codes import Verdict
from cases.records import actions as records
from cases.records.codes import PersonRole
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_counseling(world: "World") -> None:
    """A plan that runs, for which the caregiver was asked."""
    lead, line, now = world["lead"], world["line"], clock.now()
    texts = dict.fromkeys(("kana", "age", "occupation", "telephone", "note"), "")
    mother = texts | {"role": PersonRole.NON_OFFENDING, "name": canary("caregiver.name"), "relation": "母"}
    with acting_as(lead):
        person = records.save_person(world.case, mother, by=lead)
        asked = Asked(person.pk, CustodianStand.AGREES, now, canary("counseling.answer"))
        facts = PlanFacts(
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
            provider=lead,
            texts=words("counseling", *CounselingPlan.TEXTS),
            goals={f"goal_{n}": canary(f"counseling.goal_{n}") for n in GOALS},
            asked=[asked],
        )
        row = actions.draft_plan(world.case, facts, by=lead)
    with acting_as(line):
        PLAN.decide(row, Verdict.APPROVE, note=canary("counseling.note"), by=line)
    world.ids["counseling_id"] = row.pk
