"""Who keeps the letters of a rights bureau, in which order they are handled, and how a child may be answered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.nights.codes import CLOSES
from cases.nights.rules import A_DAY, at, is_working_day, working_day
from cases.records.codes import Answer
from referrals.rights.codes import ENDS, MOVES, SPOKEN, AnswerWay, LetterState, NoteStep, Wish
from referrals.rights.models import (
    ChildLetter,
    LetterDraft,
    LetterNotice,
    LetterReading,
    LetterReply,
)
from security.encryption.fields import value_of

CHECKED = tuple(state for state in LetterState if state not in (LetterState.RECEIVED, LetterState.READ))
"""The states in which the danger has been judged."""


def check_may_keep(by: Position) -> None:
    """Those who read the letters of children, at a rights bureau."""
    check_role_may(by, Permission.KEEP_LETTERS)
    if by.office.kind != OfficeKind.RIGHTS:
        raise Refused("no_bureau", _("Letters of children are kept by a rights bureau."))


def check_has_come(received_at: datetime, now: datetime) -> None:
    """What is registered has come."""
    if received_at > now:
        raise Refused("received_at", _("This moment lies in the future."))


def check_open(letter: ChildLetter, by: Position) -> None:
    """Nothing is written of a letter that is closed."""
    check_may_keep(by)
    if letter.office_id != by.office_id or letter.state == LetterState.CLOSED:
        raise Refused("closed", _("This letter is closed. If the child writes again, register that."))


def check_may_judge(letter: ChildLetter, by: Position) -> None:
    """The danger is judged by what was read."""
    check_open(letter, by)
    if letter.state == LetterState.RECEIVED:
        raise Refused("unread", _("Read and transcribe the letter first."))


def check_judged(letter: ChildLetter, by: Position) -> None:
    """Nothing is answered and nobody is told before somebody has judged whether the child is in danger now."""
    check_open(letter, by)
    if letter.state not in CHECKED:
        raise Refused("unjudged", _("Judge first whether the child is in danger now."))


def check_consultations(consultations: int) -> None:
    """A letter holds one consultation at the least; each is counted."""
    if not 1 <= consultations <= 20:
        raise Refused("consultations", _("Enter a number from 1 to 20."))


def check_wanted(facts: Mapping[str, Any]) -> None:
    """Where an answer is wanted, it is known where to; where the way is not surely safe, who may open it."""
    way, safe = facts["answer_way"], facts["way_safe"]
    if way is AnswerWay.NONE:
        return
    if way in (AnswerWay.ELSEWHERE, AnswerWay.TELEPHONE) and not (facts["answer_to"] or "").strip():
        raise Refused("answer_to", _("Write the address, or the number and the hours."))
    if way is AnswerWay.HOME and not ((facts["address"] or "") + (facts["answer_to"] or "")).strip():
        raise Refused("answer_to", _("Write the address, or what is known of it."))
    if safe is not Answer.YES and not (facts["opened_by"] or "").strip():
        raise Refused(
            "opened_by",
            _("Write who opens the post or answers the telephone. If it is not known, write that."),
        )


def check_danger(facts: Mapping[str, Any], now: datetime) -> None:
    """In danger now, 110 and the center are telephoned before anything else; one that was not, why."""
    called = {name: facts[name] for name in ("police_at", "center_at")}
    for name, moment in called.items():
        if moment is not None and moment > now:
            raise Refused(name, _("This moment lies in the future."))
    if facts["danger"] is not Answer.YES:
        if any(called.values()):
            raise Refused("danger", _("A telephone call is filled in: choose “yes”, or leave it out."))
        return
    if not any(called.values()):
        raise Refused("police_at", _("Telephone 110 and the center first, then write when."))
    if not all(called.values()) and not (facts["calls"] or "").strip():
        raise Refused("calls", _("Write why one of the two was not telephoned."))


def check_way(reading: LetterReading | None, way: AnswerWay, kept_safe: str) -> None:
    """The child's wish for the way of answering decides. Where somebody else may read it, that way is closed, and another one
    says how it is kept safe."""
    wanted = value_of(reading.answer_way) if reading else None
    safe = value_of(reading.way_safe) if reading else None
    if wanted is AnswerWay.NONE:
        raise Refused("way", _("The child wants no answer."))
    if way is AnswerWay.NONE:
        raise Refused("way", _("Choose how the child is answered."))
    if way is wanted and safe is Answer.NO:
        raise Refused(
            "way",
            _(
                "Somebody else would read it: this way is not safe. Choose another, and say how it is kept safe."
            ),
        )
    if way is not wanted and safe is Answer.YES:
        raise Refused("way", _("The child wants to be answered in another way, and that way is safe."))
    if safe is not Answer.YES and not kept_safe.strip():
        raise Refused("kept_safe", _("Write how it is made sure that nobody else reads it."))


def check_spoken(letter: ChildLetter, way: AnswerWay, sent_at: datetime | None, now: datetime) -> None:
    """Only a child who spoke with the bureau was answered before the reply is read by a second person."""
    if sent_at is None:
        return
    if letter.channel not in SPOKEN or way is not AnswerWay.SAME:
        raise Refused("sent_at", _("Only an answer given in the conversation has been given already."))
    if not letter.received_at <= sent_at <= now:
        raise Refused("sent_at", _("This lies before the call or in the future."))


def is_spoken(letter: ChildLetter) -> bool:
    """Whether the child spoke with the bureau."""
    return letter.channel in SPOKEN


def check_no_draft(drafts: Sequence[LetterDraft]) -> None:
    """One draft of a kind waits at a time."""
    if any(waits(row) for row in drafts):
        raise Refused("waiting", _("A draft waits for the decision of the head of the section already."))


def waits(row: LetterDraft) -> bool:
    """Whether a draft waits for the head. A notification that takes one person never does."""
    return row.decided_at is None and (not isinstance(row, LetterNotice) or row.takes_two)


def check_may_decide(row: LetterDraft, letter: ChildLetter, by: Position) -> None:
    """The head of the section decides what another person drafted, once."""
    check_open(letter, by)
    check_role_may(by, Permission.DECIDE_LETTERS)
    if not waits(row):
        raise Refused("decided", _("This draft has been decided."))
    if row.drafted_person_id == by.staff_id:
        raise Refused("own_draft", _("Whoever drafted it cannot decide it, in another position either."))


def check_returned(approved: bool, note: str) -> None:
    """A draft that goes back says why."""
    if not approved and not note.strip():
        raise Refused("note", _("Write what is to be changed."))


def check_may_send(row: LetterReply, letter: ChildLetter, by: Position) -> None:
    """A reply goes out once the head has approved it."""
    check_open(letter, by)
    if not row.approved or row.sent_at is not None:
        raise Refused("not_approved", _("A reply goes out once the head of the section has approved it."))


def check_sent(row: LetterReply, sent_at: datetime, now: datetime) -> None:
    """It went out between its approval and now."""
    if sent_at > now:
        raise Refused("sent_at", _("This moment lies in the future."))
    if row.decided_at is None or sent_at < row.decided_at.replace(second=0, microsecond=0):
        raise Refused("sent_at", _("This lies before the approval of the reply."))


def check_notice(facts: Mapping[str, Any]) -> None:
    """Against the child's wish, why; and whatever it wishes, how it may be reached."""
    if facts["wish"] is Wish.AGAINST and not (facts["why"] or "").strip():
        raise Refused("why", _("Write why it is notified against the child's wish."))
    if facts["wish"] is not Wish.AGAINST and (facts["why"] or "").strip():
        raise Refused("wish", _("The reason is filled in: choose “is against it”, or leave it out."))


def check_note(
    letter: ChildLetter,
    step: NoteStep,
    happened_at: datetime,
    now: datetime,
    *,
    danger: bool,
    filed: bool,
) -> None:
    """What is written has happened, not before the letter came. A letter ends in its order: a child in danger, and one who was
    harmed by those who bring it up, is not closed without a notification (児童福祉法25条)."""
    if happened_at > now:
        raise Refused("happened_at", _("This moment lies in the future."))
    if happened_at < letter.received_at.replace(second=0, microsecond=0):
        raise Refused("happened_at", _("This lies before the letter came."))
    if step not in ENDS:
        return
    if danger and not filed:
        raise Refused("step", _("The child was in danger: notify the center before this letter is ended."))
    if step is NoteStep.FOLLOWED and letter.state == LetterState.FOLLOWED:
        return
    if ENDS[step] not in following(letter):
        raise Refused(
            "step", _("A letter is followed up once it was answered or notified, and closed after that.")
        )


def check_answered(letter: ChildLetter, reading: LetterReading | None, step: NoteStep) -> None:
    """A child who wants an answer gets one, or is helped by the center, before the letter is ended."""
    wants = reading is not None and value_of(reading.answer_way) is not AnswerWay.NONE
    if step in ENDS and wants and letter.state == LetterState.CHECKED:
        raise Refused("step", _("The child wants an answer: answer it first."))


def following(letter: ChildLetter) -> tuple[LetterState, ...]:
    """The states that follow the one a letter is in; none where an older version wrote it."""
    return MOVES[LetterState(letter.state)] if letter.state in LetterState.values else ()


def offered_steps(letter: ChildLetter) -> list[NoteStep]:
    """What can be written of a letter now; the step that tells the child a center's text has a button of its own."""
    here = following(letter)
    return [
        step
        for step in NoteStep
        if step is not NoteStep.TOLD_WORD and (step not in ENDS or ENDS[step] in here)
    ]


def read_by(received_at: datetime) -> datetime:
    """A letter is read on the day it comes; one that comes while the bureau is closed, on the next working day."""
    day = timezone.localdate(received_at)
    if not is_working_day(day) or received_at > at(day, CLOSES):
        day = working_day(day, A_DAY)
    return at(day, CLOSES)


def reply_by(received_at: datetime, office: Office) -> datetime:
    """The child is answered within the working days that the bureau sets, three at the most."""
    return _answered_by(timezone.localdate(received_at), office.letter_reply_days)


def _answered_by(day: date, days: int) -> datetime:
    for _each in range(days):
        day = working_day(day, A_DAY)
    return at(day, CLOSES)


def came_too_long_ago(days: int, now: datetime) -> date:
    """The latest day on which a letter came that was to be answered within so many working days, by now."""
    day = timezone.localdate(now)
    while _answered_by(day, days) > now:
        day -= A_DAY
    return day


def due_of(letter: ChildLetter, office: Office) -> datetime | None:
    """Until when the next thing is to be done with a letter; None once the child was answered or the center notified. Danger is
    judged at once: from the moment it came."""
    if letter.state == LetterState.RECEIVED:
        return read_by(letter.received_at)
    if letter.state == LetterState.READ:
        return letter.received_at
    return reply_by(letter.received_at, office) if letter.state == LetterState.CHECKED else None


def check_word(text: str) -> None:
    """What the child is to be told has words."""
    if not text.strip():
        raise Refused("text", _("Write what the child is to be told."))
