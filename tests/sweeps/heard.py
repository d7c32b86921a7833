"""Who asked the child in the case of the world, or was told: part of what was done before the sweeps ask for it."""

from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from cases.decisions.codes import Verdict
from cases.interviews import actions as interviews
from cases.interviews.codes import CopyState, InterviewKind, Protocol
from cases.interviews.models import Interview
from cases.records.codes import Answer
from security.walls import clock
from tests.sweeps.canaries import canary, number, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_interviews(world: "World") -> None:
    """One on the facts, a draft that the child be asked again, returned, and one that was held all the same."""
    lead = world["lead"]
    chosen = {
        "protocol": Protocol.NICHD, "whole_recorded": Answer.YES, "copy_state": CopyState.ASKED, "stopped": Answer.NO,
        "aim_reached": Answer.UNKNOWN,
    }  # fmt: skip
    with acting_as(lead):
        for name, kind in (("first", InterviewKind.OWN), ("again", InterviewKind.POLICE)):
            free = [one for one in Interview.TEXTS if one not in (*chosen, "kind", "medium_no")]
            facts: dict[str, Any] = chosen | words(f"interview.{name}", *free) | {"kind": kind}
            facts |= {"medium_no": number("interview.medium_no")}
            row = interviews.record_interview(
                world.case, began_at=clock.now(), ended_at=None, texts=facts, by=lead
            )
        reasons = interviews.Reasons(**words("second", *Interview.REASONS))
        draft = interviews.draft_second(world.case, reasons, by=lead)
    with acting_as(world["line"]):
        interviews.SECOND.decide(draft, Verdict.RETURN, note=canary("second.note"), by=world["line"])
    world.ids["interview_id"] = row.pk
