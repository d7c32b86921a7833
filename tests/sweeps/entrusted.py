"""A plan of the world's child that the therapist of the institution gives, with a session kept there and what it sent back."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from cases.counseling.actions import PLAN, draft_plan
from cases.counseling.codes import GoalState
from cases.counseling.queries import all_plans_of, to_ask
from cases.decisions.codes import Verdict
from cases.records.models import Case
from cases.sessions.codes import Attendance
from referrals.disclosures.codes import PLAN_ITEMS, Item
from referrals.entrusted import actions
from referrals.entrusted.codes import Basis, ReturnKind
from referrals.entrusted.models import Entrusted, EntrustedReturn
from security.walls import clock
from tests.sweeps.canaries import canary
from tests.sweeps.helped import plan_facts

if TYPE_CHECKING:
    from tests.sweeps.world import World


def _plan(world: "World") -> Entrusted:
    lead, line = world["lead"], world["line"]
    with acting_as(lead):
        case = Case.objects.select_related("office", "child").get(pk=world.case.pk)
        asked = [person.pk for person in to_ask(case, clock.today())]
        said = replace(plan_facts(lead, *asked), provider=None, other_office=Office.objects.get(code="home"))
        row = draft_plan(case, said, by=lead)
    with acting_as(line):
        PLAN.decide(row, Verdict.APPROVE, note=canary("counseling.note"), by=line)
    with acting_as(lead):
        plan = all_plans_of(case).get(pk=row.pk)
        plan.case = case
        return actions.entrust(plan, _facts(world), by=lead)


def _facts(world: "World") -> actions.EntrustFacts:
    told = {item.value: canary(f"entrusted.told.{item}") for item in PLAN_ITEMS if item != Item.PLAN_REVIEW}
    return actions.EntrustFacts(
        provider=world["therapist"],
        basis=Basis.CHILD,
        child_words=canary("entrusted.child_words"),
        answer_by=clock.today() + timedelta(days=7),
        not_told=[Item.PLAN_REVIEW],
        texts=told,
    )


def write_entrusted(world: "World") -> None:
    """Asked back, answered and accepted; a session with a sign of danger; a review that is asked back, one that waits."""
    lead, giver, row = world["lead"], world["therapist"], _plan(world)
    with acting_as(giver):
        actions.note_opened(row, by=giver)
        actions.ask_back(row, canary("entrusted.told.question"), by=giver)
    with acting_as(lead):
        seen = Entrusted.objects.select_related("case__office", "plan").get(pk=row.pk)
        actions.answer(seen, canary("entrusted.told.answer"), by=lead)
    with acting_as(giver):
        actions.accept(row, by=giver)
        one = actions.plan_session(row, clock.now() - timedelta(minutes=1), by=giver)
        said = actions.SessionFacts(
            attendance=Attendance.HELD,
            summary=canary("entrusted.told.summary"),
            danger=canary("entrusted.told.danger"),
            note=canary("entrusted.kept"),
        )
        actions.record_session(one, said, by=giver)
        goals = dict.fromkeys(row.goal_codes, GoalState.PARTLY)
        told = actions.ReturnFacts(
            kind=ReturnKind.REVIEW,
            happened_at=clock.now(),
            summary=canary("entrusted.told.review"),
            goal_states=goals,
        )
        first = actions.send_back(row, told, by=giver)
    with acting_as(lead):
        back = EntrustedReturn.objects.select_related("entrusted", "case__office").get(pk=first.pk)
        actions.ask_return_back(back, canary("entrusted.told.back"), by=lead)
    with acting_as(giver):
        waits = actions.send_back(row, told, by=giver)
        ahead = actions.plan_session(row, clock.now() + timedelta(days=3), by=giver)
    world.ids |= {
        "entrusted_id": row.pk,
        "return_id": waits.pk,
        "kept_id": ahead.pk,
        "sending": ReturnKind.REVIEW.value,
    }
