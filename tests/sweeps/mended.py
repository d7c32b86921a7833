"""What of the custody of the world's child is corrected or withdrawn: when it began, a warrant request, a step."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.consents.codes import Said
from cases.corrections import actions
from cases.corrections.queries import decision_named, steps_written
from cases.custody.actions import record_consent
from cases.custody.codes import Mark
from cases.custody.expected import change_expected
from cases.custody.models import CustodyDecision
from cases.custody.unasked import mark_unasked
from cases.decisions.codes import Verdict
from cases.prints.actions import print_sheet
from cases.prints.queries import papers
from cases.records.models import Case, Person
from cases.warrants import actions as warrants
from cases.warrants.actions import RequestFacts
from cases.warrants.codes import WarrantPaper
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def leave_unasked(world: "World") -> None:
    """Before custody: one is not asked, is to be asked all the same, and then not."""
    lead = world["lead"]
    with acting_as(lead):
        person = Person.objects.get(pk=world.ids["person_id"])
        for number, mark in enumerate((Mark.NOT_ASKED, Mark.ASKED, Mark.NOT_ASKED)):
            told = words(f"unasked.{number}", "reason", "decided_by_text")
            mark_unasked(world.case, person, mark, by=lead, **told)


def _expect_another_end(world: "World") -> None:
    """The supervisor writes another day until which custody is expected."""
    line = world["line"]
    with acting_as(line):
        case = Case.objects.select_related("office", "child").get(pk=world.case.pk)
        until = clock.today() + timedelta(days=21)
        change_expected(case, expected_until=until, by=line, **words("expected_end", "reason"))


def correct_custody(world: "World") -> None:
    """It began an hour before, as it was said an hour before; a paper bears the old date. Another end is expected."""
    _expect_another_end(world)
    lead, director = world["lead"], world["director"]
    with acting_as(lead):
        case = Case.objects.select_related("office", "child").get(pk=world.case.pk)
        print_sheet(case, papers()["custody_form"], str(world.ids["decision_id"]), by=lead)
        decision = decision_named(case, world.ids["decision_id"])
        assert decision is not None
        at = decision.effective_at - timedelta(hours=1)
        row = actions.draft_correction(
            case, decision, at, canary("custody_correction.reason"), said_at=at, by=lead
        )
    with acting_as(director):
        note = canary("custody_correction.note")
        actions.CUSTODY.decide(row, Verdict.APPROVE, note=note, by=director)


def withdraw_request(world: "World") -> None:
    """A request that was approved is withdrawn, since the one who is asked consents; the consent is taken back at once."""
    lead, director = world["lead"], world["director"]
    facts = RequestFacts(
        papers_there=(WarrantPaper.REQUEST,), **words("withdrawn_draft", "court", "reason", "missing_why")
    )
    with acting_as(lead):
        row = warrants.draft_request(world.case, facts, by=lead)
    with acting_as(director):
        row = warrants.REQUEST.decide(row, Verdict.APPROVE, note=canary("withdrawn_draft.note"), by=director)
    with acting_as(lead):
        person = Person.objects.get(pk=world.ids["person_id"])
        start = CustodyDecision.objects.select_related("case__office").get(pk=world.ids["decision_id"])
        for said in (Said.CONSENTS, Said.WITHDRAWN):
            note = canary(f"consent.{said}.note")
            record_consent(start, consent=said, person=person, answered_at=clock.now(), note=note, by=lead)
            if said is Said.CONSENTS:
                warrants.withdraw_request(row, canary("withdrawal.reason"), by=lead)


def correct_step(world: "World") -> None:
    """The last step came a little earlier; before that its striking was returned."""
    lead, director = world["lead"], world["director"]
    for name, verdict in (("first", Verdict.RETURN), ("second", Verdict.APPROVE)):
        with acting_as(lead):
            case = Case.objects.select_related("office", "child").get(pk=world.case.pk)
            file, step = steps_written(case)[-1]
            before = file.steps[-2].happened_at
            at = before + (step.happened_at - before) / 2 if verdict is Verdict.APPROVE else None
            reason = canary(f"step_correction.{name}")
            row = actions.draft_step_correction(case, step, at, reason, by=lead)
        with acting_as(director):
            note = canary(f"step_correction.{name}.note")
            actions.STEP.decide(row, verdict, note=note, by=director)
