"""What was reported to the police in the case of the world, and what they answered: part of what was done before the sweeps."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.decisions.codes import Verdict
from cases.records.codes import Urgency
from referrals.answers import actions as answers
from referrals.answers.codes import Step as AnswerStep
from referrals.answers.codes import Why
from referrals.answers.queries import received_by
from referrals.consent import actions as consent
from referrals.consent.codes import Result
from referrals.disclosures import actions as disclosures
from referrals.disclosures.codes import PaperKind
from referrals.disclosures.models import Disclosure
from referrals.police import actions as police
from referrals.police.queries import letter_at_desk
from security.walls import clock
from tests.sweeps.asked import asking
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World

ITEMS = ("identity_min", "safety_state", "incident_outline", "considerations")


def write_report(world: "World", officer: str) -> Disclosure:
    """A report that went its whole way to ``officer``."""
    lead, director, support = world["lead"], world["director"], world.cast.offices["support"]
    with acting_as(lead):
        intention = consent.record_intention(
            world.case,
            result=Result.WISHES,
            recipient=support,
            items=ITEMS,
            asked_at=clock.now(),
            valid_until=clock.now() + timedelta(days=60),
            texts=words(f"intention.{officer}", *consent.TEXTS),
            asking=asking(),
            correction=canary("intention.correction") if world.withdrawn_id else "",
            by=lead,
        )
        report = disclosures.draft_report(
            world.case,
            recipient=support,
            paper_kind=PaperKind.JOHO,
            texts=words(f"package.{officer}", *ITEMS),
            urgency=Urgency.A,
            due_at=clock.now() + timedelta(days=3),
            by=lead,
        )
    with acting_as(director):
        version, note = report.version, canary("report.note")
        report = disclosures.REPORT.decide(report, Verdict.APPROVE, version=version, note=note, by=director)
    with acting_as(lead):
        report = disclosures.send_report(report, by=lead)
    with acting_as(world["chief"]):
        letter = letter_at_desk(world["chief"], report.pk)
        assert letter is not None
        police.assign(letter, world[officer], by=world["chief"])
    world.ids |= {"intention_id": intention.pk, "band": "from_10"}
    return report


def write_answer(world: "World", report: Disclosure) -> None:
    """The officer accepts the report that stands, and the center asks back."""
    officer = world["disclosed"]
    with acting_as(officer):
        received = received_by(officer, report.pk)
        assert received is not None
        texts = words("answer", *answers.TEXTS)
        row = answers.write_answer(received, step=AnswerStep.ACCEPTED, texts=texts, by=officer)
    with acting_as(world["lead"]):
        answers.ask_back(
            world.case, row.pk, why=Why.UNCLEAR, question=canary("answer.question"), by=world["lead"]
        )
    world.ids["answer_id"] = row.pk


def write_contact(world: "World") -> None:
    """What was said to the police by voice."""
    lead = world["lead"]
    texts = words("contact", "who", "said") | {"basis": "other", "happened_at": clock.now().isoformat()}
    with acting_as(lead):
        contact = police.record_contact(world.case, texts, by=lead)
    world.ids["contact_id"] = contact.pk
