"""The child welfare council is heard on the world's case, and the child afterwards; a sitting is printed, and a place told."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from cases.conferences import actions as conferences
from cases.conferences import council, hearing
from cases.conferences.chair import sign_as_chair
from cases.conferences.codes import (
    ChildHeard,
    CouncilStep,
    CouncilWay,
    Measure,
    Opposed,
    SittingKind,
    SittingPlace,
    Stand,
)
from cases.conferences.models import ConferenceItem, Minuted, Sitting
from cases.conferences.queries import Council, items_of
from cases.conferences.sitting_paper import SITTING_MINUTES
from cases.decisions.actions import Decision
from cases.decisions.codes import Verdict
from cases.hearings.codes import Advocate
from cases.prints.sheets import print_office_sheet
from cases.records.codes import Answer
from cases.records.models import Case
from cases.shelter.actions import write_for_place
from cases.shelter.codes import SelfHarm
from security.walls import clock
from tests.sweeps.canaries import canary, words
from tests.sweeps.lived import views

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_council(world: "World") -> Council:
    """A conference that sends the matter to the council and does not wait for the child; what came of both. Gives what later
    minutes say of the council."""
    lead, now = world["lead"], clock.now()
    sitting = _sat(world)
    minutes = conferences.Minutes(
        texts=words("advised", *ConferenceItem.TEXTS),
        views=views(world, "advised"),
        heard=ChildHeard.URGENT,
        hear_owner=lead.pk,
        stand=Stand.CONSENTS,
        measures=[Measure.COUNCIL],
        next_on=clock.today(),
    )
    with acting_as(lead):
        (item,) = [one for one in items_of(world.case) if one.entry.sitting_id == sitting.pk]
        row = conferences.draft_minutes(world.case, item, minutes, by=lead)
    sign(world, conferences.ITEM, row)
    with acting_as(world["director"]):
        row = conferences.ITEM.decide(row, Verdict.APPROVE, by=world["director"])
    facts = words("advised.hearing", "place", "heard_by", "explained", "sheet_version")
    facts |= {"heard_at": now, "advocate": Advocate.PRESENT}
    with acting_as(lead):
        hearing.record_hearing(row, facts, opinion=canary("advised.opinion"), by=lead)
        for step in (CouncilStep.ASKED, CouncilStep.HEARD):
            record = council.record_step(
                row, step, happened_on=clock.today(), words=canary(f"advised.{step}"), by=lead
            )
        world.ids["sheet_id"] = print_office_sheet(SITTING_MINUTES, str(sitting.pk), by=lead).pk
    world.ids["item_id"] = row.pk
    return Council(CouncilWay.BEFORE, record, Answer.NO, canary("advised.why"))


def sign(world: "World", kind: Decision[Any], row: Minuted) -> None:
    """The chair signs, who is the supervisor."""
    with acting_as(world["line"]):
        sign_as_chair(kind, row, by=world["line"])


OPPOSED = (Opposed.CHILD,)


def _sat(world: "World") -> Sitting:
    lead, line, now = world["lead"], world["line"], clock.now()
    with acting_as(lead):
        sitting = conferences.plan_sitting(
            kind=SittingKind.POLICY,
            place=SittingPlace.OFFICE,
            held_from=now - timedelta(hours=4),
            chair=line,
            secretary=lead,
            by=lead,
        )
        conferences.put_before(world.case, sitting, canary("advised.matter"), by=lead)
        return conferences.record_held(sitting, now - timedelta(hours=3), [lead, line], by=lead)


def write_place_sheet(world: "World") -> None:
    """What a place without an account would have to know."""
    names = (
        "called",
        "allergies",
        "medicine",
        "illness",
        "danger",
        "may_come",
        "must_not_come",
        "not_to_ask",
        "period",
    )
    care = words("place_sheet", *names) | {"allergy": Answer.YES, "self_harm": SelfHarm.ACUTE}
    with acting_as(world["lead"]):
        case = Case.objects.select_related("child").get(pk=world.case.pk)
        write_for_place(case, care, by=world["lead"])
