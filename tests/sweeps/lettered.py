"""A letter of a child at a rights bureau: one notification of it is with the case of the world, another waits for the head."""

from typing import TYPE_CHECKING, Any

from agencies.staff.acting import acting_as
from cases.intake import filing as filings
from cases.intake.codes import UrgencyItem
from cases.intake.models import Filing
from cases.records.codes import Answer, Sex
from cases.records.models import Case
from referrals.rights import actions
from referrals.rights.codes import AgeBand, AnswerWay, LetterChannel, Matter, NoteStep, Wish, Writer
from security.walls import clock
from tests.sweeps.canaries import canary, number, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_letter(world: "World") -> None:
    """Read, judged, answered; notified with the child's consent, and once more against its wish."""
    rights, now = world["rights"], clock.now()
    with acting_as(rights):
        letter = actions.register_letter(
            channel=LetterChannel.DIAL110,
            number="R8-0001",
            received_at=now.replace(second=0, microsecond=0),
            held_by=canary("lettered.held_by"),
            by=rights,
        )
        actions.read_letter(letter, _reading(), by=rights)
        calls = words("lettered", "reasons", "calls") | {
            "danger": Answer.YES,
            "police_at": now,
            "center_at": now,
        }
        actions.judge_danger(letter, calls, by=rights)
        actions.draft_notice(letter, world.case.office, _notice("lettered.sent", Wish.WANTS), by=rights)
    _tell_back(world)
    with acting_as(rights):
        against = _notice("lettered", Wish.AGAINST) | words("lettered", "why", "child_said")
        returned = actions.draft_notice(letter, world.case.office, against, by=rights)
        said = words("lettered", "text", "kept_safe")
        way = {"way": AnswerWay.SCHOOL, "writer": Writer.COMMISSIONER}
        first = actions.draft_reply(letter, said | way, by=rights)
    with acting_as(world["rights_head"]):
        fresh = type(first).objects.select_related("letter").get(pk=first.pk)
        actions.decide(fresh, approved=False, note=canary("lettered.note"), by=world["rights_head"])
        notice = type(returned).objects.select_related("letter").get(pk=returned.pk)
        actions.decide(notice, approved=False, note=canary("lettered.returned"), by=world["rights_head"])
    with acting_as(rights):
        actions.draft_notice(letter, world.case.office, against, by=rights)
        waiting = actions.draft_reply(letter, said | way, by=rights)
        actions.write_note(
            letter, step=NoteStep.ADVISED, happened_at=clock.now(), words=canary("lettered.done"), by=rights
        )
    world.ids |= {"letter_id": letter.pk, "letter_draft_id": waiting.pk, "draft_kind": "reply"}


def _reading() -> dict[str, Any]:
    """What of it goes on to the center is read there too."""
    sent = words("lettered.sent", "name", "school", "grade", "address", "words", "drawings")
    return (
        sent
        | words("lettered", "answer_to", "opened_by")
        | {
            "consultations": 2,
            "sex": Sex.FEMALE,
            "age_band": AgeBand.LOWER,
            "answer_way": AnswerWay.HOME,
            "way_safe": Answer.UNKNOWN,
            "matters": [Matter.SEXUAL],
        }
    )


def _notice(prefix: str, wish: Wish) -> dict[str, Any]:
    texts = words(prefix, "situation", "reach", "keep_from")
    return texts | {
        "wish": wish,
        "child_said": "",
        "why": "",
        "grounds": (UrgencyItem.SEXUAL,),
        "contact": number(f"{prefix}.contact"),
    }


def _tell_back(world: "World") -> None:
    """The center adds it to the case of the world, and asks the bureau to tell the child something."""
    lead = world["lead"]
    with acting_as(lead):
        row = Filing.objects.select_related("sender", "filed_by__staff").get(sender=world["rights"].office)
        filings.open_filing(row, by=lead)
    with acting_as(lead):
        row = Filing.objects.select_related("sender", "filed_by__staff").get(sender=world["rights"].office)
        case = Case.objects.select_related("office").get(pk=world.case.pk)
        notification = filings.attach_filing(row, case, by=lead)
        actions.ask_to_tell(case, notification, canary("lettered.word"), by=lead)
    world.ids["notified_id"] = notification.pk
