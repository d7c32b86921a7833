"""Who asked the child in the case of the world, or was told: part of what was done before the sweeps ask for it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from agencies.training.actions import enter_training, keep_training
from agencies.training.codes import Course
from cases.decisions.codes import Verdict
from cases.interviews import actions as interviews
from cases.interviews import plans, rules
from cases.interviews.codes import Asker, CopyState, InterviewKind, Outside, PlanState, Protocol
from cases.interviews.models import Interview, JointPlan
from cases.records.codes import Answer
from security.walls import clock
from tests.sweeps.canaries import canary, number, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


CHOSEN = ("outside", "protocol", "therapy_after", "center_tel", "police_tel", "prosecutor_tel")


def write_interviews(world: "World") -> None:
    """One on the facts, a draft that the child be asked again, returned, and one that was held all the same."""
    lead = world["lead"]
    chosen = {
        "protocol": Protocol.NICHD, "whole_recorded": Answer.YES, "copy_state": CopyState.ASKED, "stopped": Answer.NO,
        "aim_reached": Answer.UNKNOWN, "copy_on": clock.today(),
    }  # fmt: skip
    with acting_as(lead):
        for name, kind in (("first", InterviewKind.OWN), ("again", InterviewKind.POLICE)):
            free = [one for one in Interview.TEXTS if one not in (*chosen, "kind", "medium_no")]
            facts: dict[str, Any] = chosen | words(f"interview.{name}", *free) | {"kind": kind}
            facts |= {"medium_no": number("interview.medium_no")}
            row = interviews.record_interview(
                world.case, began_at=clock.now(), ended_at=None, texts=facts, by=lead, of_center=lead.staff
            )
        reasons = interviews.Reasons(
            **words("second", *Interview.REASONS, "their_reason"), asker=Asker.POLICE
        )
        draft = interviews.draft_second(world.case, reasons, by=lead)
    with acting_as(world["line"]):
        interviews.SECOND.decide(draft, Verdict.RETURN, note=canary("second.note"), by=world["line"])
    world.ids["interview_id"] = row.pk
    _write_plans(world)


def _write_plans(world: "World") -> None:
    """A trained interviewer, a joint interview that was agreed on, moved and cancelled, and one that is conferred on."""
    lead, today, now = world["lead"], clock.today(), clock.now()
    with acting_as(world["admin"]):
        certificate = keep_training(
            lead.staff, Course.NICHD, today, today + timedelta(days=700), by=world["admin"]
        )
        planned = {
            "starts_on": today,
            "provider": "架空の研修機関",
            "evidence": "総務係",
        }
        enter_training(lead.staff, Course.PRIVACY, planned, by=world["admin"])
    with acting_as(lead):
        for name in ("first", "again"):
            told = words(f"joint.{name}", *(one for one in JointPlan.TEXTS if one not in CHOSEN))
            told |= {
                f"{one}_tel": number(f"joint.{name}.{one}") for one in ("center", "police", "prosecutor")
            }
            facts: dict[str, Any] = {
                **told,
                "protocol": Protocol.NICHD,
                "therapy_after": Answer.YES,
                "planned_for": now + timedelta(days=2),
            }
            # The first is agreed with the prosecutor alone: no child's word is asked for that. The police are in the second.
            inside = {"outside_name": None, "outside_vouches": None, "interviewer": lead.staff}
            inside |= dict.fromkeys(rules.OF_POLICE)
            of_police = {"outside": Outside.POLICE, "police": world.cast.offices["support"]}
            facts |= inside if name == "first" else of_police
            plan = plans.propose_plan(world.case, facts, by=lead)
            plans.take_step(plan, PlanState.CONFERRING, canary(f"joint.{name}.conferring"), by=lead)
            if name == "first":
                plans.write_plan(plan, facts, by=lead, agreed=canary("joint.agreed"))
                later = now + timedelta(days=3)
                plans.take_step(plan, PlanState.MOVED, canary("joint.moved"), by=lead, planned_for=later)
                plans.take_step(plan, PlanState.CANCELLED, canary("joint.cancelled"), by=lead)
    world.ids |= {"plan_id": plan.pk, "training_id": certificate.pk}
