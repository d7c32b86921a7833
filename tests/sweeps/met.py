"""The sessions of the world's child: part of what was done before the sweeps ask for it."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.counseling.actions import PLAN, draft_plan
from cases.counseling.codes import CounselingKind
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import to_ask
from cases.decisions.codes import Verdict
from cases.records.codes import Answer
from cases.sessions import actions
from cases.sessions.codes import Attendance, Component, Rating
from cases.sessions.models import Session
from security.walls import clock
from tests.sweeps.canaries import canary
from tests.sweeps.helped import plan_facts

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_sessions(world: "World") -> None:
    """Of guidance by the person in charge a session that was held; of TF-CBT by the psychologist of the team one with a note and
    a sign of danger, and one to come. The register of interviews has nothing of them."""
    lead = world["lead"]
    with acting_as(lead):
        guided = CounselingPlan.objects.get(pk=world.ids["counseling_id"]).course
        held = _planned(world, guided, lead)
        actions.record_session(held, _written() | {"note": canary("session.note")}, by=lead)
    writer = Position.objects.using("gate").select_related("staff", "office").get(staff__username="wrote1")
    course = _tfcbt(world, writer)
    with acting_as(writer):
        met = _planned(world, course, writer)
        said = _written() | {
            "components": [Component.NARRATION],
            "danger": Answer.YES,
            "danger_words": canary("session.danger_words"),
        }
        actions.record_session(met, said, apart=canary("therapy.words"), by=writer)
        world.ids["session_id"] = _planned(world, course, writer, days=3).pk


def _planned(world: "World", course: UUID, by: Position, days: int = 0) -> Session:
    at = clock.now() + timedelta(days=days)
    (row,) = actions.plan_sessions(world.case, course, [at], place=canary("session.place"), by=by)
    return row


def _written() -> dict[str, Any]:
    return {
        "attendance": Attendance.HELD,
        "held_at": clock.now() - timedelta(minutes=1),
        "until": clock.now(),
        "place": canary("session.place"),
        "present": canary("session.present"),
        "summary": canary("session.summary"),
        "danger": Answer.NO,
        "rating": Rating.N7,
    }


def _tfcbt(world: "World", provider: Position) -> UUID:
    """Approved for the psychologist."""
    lead, line = world["lead"], world["line"]
    with acting_as(lead):
        people = [person.pk for person in to_ask(world.case, clock.today())]
        facts = replace(plan_facts(provider, *people), kind=CounselingKind.TFCBT)
        row = draft_plan(world.case, facts, by=lead)
    with acting_as(line):
        PLAN.decide(row, Verdict.APPROVE, note=canary("counseling.note"), by=line)
    course: UUID = row.course
    return course
