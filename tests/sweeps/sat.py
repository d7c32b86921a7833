"""The case of the world before a conference: part of what was done before the sweeps ask for it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.conferences import actions as conferences
from cases.conferences.codes import ChildHeard, Measure, SittingKind, SittingPlace, Stand
from cases.conferences.models import ConferenceItem
from cases.conferences.queries import Task, items_of
from cases.decisions.codes import Verdict
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_conference(world: "World") -> None:
    """One that was held, with minutes that the director returned, and one that is planned."""
    lead, line = world["lead"], world["line"]
    now = clock.now()
    with acting_as(lead):
        held, planned = (
            conferences.plan_sitting(
                kind=SittingKind.POLICY,
                place=SittingPlace.OFFICE,
                held_from=now + wait,
                chair=line,
                secretary=lead,
                by=lead,
            )
            for wait in (-timedelta(hours=2), timedelta(days=7))
        )
        for name, sitting in (("held", held), ("planned", planned)):
            conferences.put_before(world.case, sitting, canary(f"conference.matter.{name}"), by=lead)
        conferences.record_held(held, now - timedelta(hours=1), [lead, line], by=lead)
        minutes = conferences.Minutes(
            texts=words("conference", *ConferenceItem.TEXTS),
            heard=ChildHeard.BEFORE,
            stand=Stand.CONSENTS,
            measures=[Measure.GUIDANCE],
            approved_on=clock.today(),
            next_on=clock.today(),
            tasks=[Task(canary("conference.task"), lead.pk, clock.today())],
        )
        (item,) = [one for one in items_of(world.case) if one.entry.sitting_id == held.pk]
        row = conferences.draft_minutes(world.case, item, minutes, by=lead)
    with acting_as(world["director"]):
        conferences.ITEM.decide(row, Verdict.RETURN, note=canary("conference.note"), by=world["director"])
    world.ids["sitting_id"] = planned.pk
