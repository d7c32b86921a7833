"""Whose contact with the child of the world is limited: part of what was done before the sweeps ask for it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.decisions.codes import Verdict
from cases.limits import actions as limits
from cases.limits.codes import Basis, ContactKind, Extent, ToldTo
from cases.records.models import Person
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_limits(world: "World") -> None:
    """One that stands, of which the school was told, and a draft of its end, returned."""
    lead, director, today = world["lead"], world["director"], clock.today()
    with acting_as(lead):
        facts = limits.LimitFacts(
            person=Person.objects.filter(case=world.case, removed_at=None)[0],
            kinds=(ContactKind.VISIT,),
            extent=Extent.SUPERVISED,
            basis=Basis.SUSPECTED,
            starts_on=today,
            ends_on=None,
            review_on=today + timedelta(days=30),
            **words("limit", "child_view", "reason"),
        )
        row = limits.draft_limit(world.case, facts, by=lead)
    with acting_as(director):
        row = limits.LIMIT.decide(row, Verdict.APPROVE, note=canary("limit.note"), by=director)
    with acting_as(lead):
        limits.record_told(row, to=ToldTo.SCHOOL, told_on=today, how=canary("limit.told"), by=lead)
        end = limits.draft_end(world.case, row, **words("limit.end", "child_view", "reason"), by=lead)
    with acting_as(director):
        limits.END.decide(end, Verdict.RETURN, note=canary("limit.end.note"), by=director)
    world.ids["limit_id"] = row.pk
