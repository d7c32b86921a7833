"""The world's child is heard on custody after it began, and told what became of its opinion; custody is continued."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from cases.clocks.rules import JAPAN
from cases.consents.codes import How
from cases.continuing import actions
from cases.continuing.codes import CourtStep, Stand
from cases.continuing.queries import term_of
from cases.continuing.terms import after
from cases.custody import hearing
from cases.custody.models import CustodyDecision
from cases.decisions.codes import Verdict
from cases.hearings.codes import Advocate
from cases.records.models import Case, Person
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_hearing(world: "World", decision: CustodyDecision) -> None:
    """Heard with an advocate, and answered."""
    lead, now = world["lead"], clock.now()
    facts = words("hearing", "place", "heard_by", "explained", "sheet_version")
    one = hearing.record_hearing(
        decision,
        {**facts, "heard_at": now, "advocate": Advocate.PRESENT},
        opinion=canary("custody.opinion"),
        by=lead,
    )
    hearing.record_answer(one, answered_at=clock.now(), answer=canary("hearing.answer"), by=lead)
    world.ids["hearing_id"] = one.pk


def write_continuing(world: "World") -> None:
    """Against the will of the one with parental authority, with the court's approval; another draft was returned before."""
    lead, now = world["lead"], clock.now()
    with acting_as(lead):
        case = Case.objects.select_related("office", "child").get(pk=world.case.pk)
        term = term_of(case)
        assert term is not None
        at, person = after(term), Person.objects.get(pk=world.ids["person_id"])
        first = at.astimezone(JAPAN).date()
        said: dict[str, Any] = {
            "stand": Stand.AGAINST,
            "said_at": now,
            "how": How.DOCUMENT,
            "words": canary("stand.words"),
        }
        actions.record_stand(case, person, term_at=at, by=lead, **said)
        for step in (CourtStep.ASKED, CourtStep.GRANTED):
            until = first + timedelta(days=30) if step is CourtStep.GRANTED else None
            told = words(f"court.{step}", "court", "reference", "words")
            fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
            actions.record_court(
                fresh, term_at=at, step=step, step_on=clock.today(), approved_until=until, by=lead, **told
            )
    for name, verdict in (("first", Verdict.RETURN), ("second", Verdict.APPROVE)):
        texts = words(f"continuing.{name}", "reason", "opinion", "not_heard_why")
        facts = actions.ContinuingFacts(until_on=first + timedelta(days=20), **texts)
        with acting_as(lead):
            fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
            row = actions.draft_continuing(fresh, facts, by=lead)
        with acting_as(world["director"]):
            note = canary(f"continuing.{name}.note")
            actions.CONTINUE.decide(row, verdict, note=note, by=world["director"])
