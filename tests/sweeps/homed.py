"""The world's child has a sibling; another home was to be joined to theirs, and one of its cases left it."""

from datetime import date
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.clocks import actions as clocks
from cases.clocks.codes import ClockKind
from cases.decisions.codes import Verdict
from cases.households import actions
from cases.records import actions as records
from cases.records.actions import CaseFacts, ChildFacts
from cases.records.codes import HouseholdRelation, Sex, Track, Urgency
from cases.records.models import Case
from security.walls import clock
from tests.sweeps.canaries import canary, number, words

if TYPE_CHECKING:
    from tests.sweeps.world import World

OTHER = HouseholdRelation.OTHER


def write_home(world: "World") -> None:
    """A sibling whom nobody has seen, with a case that the lead and the line alone see; and what was found out later."""
    lead, line = world["lead"], world["line"]
    other = _a_case(world, "sibling")
    with acting_as(lead):
        clocks.start(other, ClockKind.SAFETY, started_at=clock.now(), by=lead)
        relation = actions.Joining(OTHER, canary("sibling.relation"), date(1907, 11, 26), date(1907, 11, 27))
        actions.link_case(world.case, other, relation, by=lead)
        lives = actions.Joining(OTHER, canary("home.relation"), date(1907, 11, 28), date(1907, 11, 29))
        actions.write_facts(world.case, lives, canary("home.why"), by=lead)
    beyond, left = _a_case(world, "beyond"), _a_case(world, "left")
    with acting_as(lead):
        actions.link_case(beyond, left, actions.Joining(), by=lead)
        row = actions.draft_join(world.case, beyond, canary("join.reason"), by=lead)
    with acting_as(line):
        actions.JOIN.decide(row, Verdict.RETURN, note=canary("join.note"), by=line)
    _part(world, world.case, "split", Verdict.RETURN)
    _part(world, left, "home.left", Verdict.APPROVE)


def _part(world: "World", case: Case, name: str, verdict: Verdict) -> None:
    """A case is to leave its household, as the supervisor decides."""
    lead, line = world["lead"], world["line"]
    with acting_as(lead):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        row = actions.draft_split(fresh, date(1907, 11, 30), canary(name), by=lead)
    with acting_as(line):
        actions.SPLIT.decide(row, verdict, note=canary(f"{name}.note"), by=line)


def _a_case(world: "World", name: str) -> Case:
    lead = world["lead"]
    texts = words(name, "family_name", "given_name", "family_kana", "given_kana", "school", "address")
    child = ChildFacts(
        **texts, sex=Sex.MALE, birth_date=date(1907, 11, 25), telephone=number(f"{name}.telephone")
    )
    with acting_as(lead):
        return records.open_case(child, CaseFacts(Track.ABUSE, Urgency.B), in_charge=lead, by=lead)
