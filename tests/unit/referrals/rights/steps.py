"""A letter brought as far as a test needs it. All of it is fictional."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.records.codes import Answer, Sex
from referrals.rights import actions
from referrals.rights.codes import AgeBand, AnswerWay, LetterChannel, Matter, Wish, Writer
from referrals.rights.models import ChildLetter, DangerCheck, LetterNotice, LetterReading, LetterReply
from tests.cast import Cast

WORDS = "　せんせいへ\nおうちにかえるのが　こわいです。。（かくうのてがみ）\n\n"
READ: dict[str, Any] = {
    "consultations": 2,
    "name": "ほしの はな",
    "school": "みどり小学校",
    "grade": "３年",
    "sex": Sex.FEMALE,
    "age_band": AgeBand.LOWER,
    "address": "架空市1-1",
    "answer_way": AnswerWay.SCHOOL,
    "answer_to": "",
    "way_safe": Answer.YES,
    "opened_by": "",
    "words": WORDS,
    "drawings": "家の絵",
    "matters": [Matter.ABUSE, Matter.SEXUAL],
}
SAFE: dict[str, Any] = {
    "danger": Answer.NO,
    "reasons": "いまは祖母の家にいる",
    "police_at": None,
    "center_at": None,
    "calls": "",
}
REPLY: dict[str, Any] = {
    "way": AnswerWay.SCHOOL,
    "writer": Writer.COMMISSIONER,
    "text": "おてがみを　ありがとう。（架空）",
    "kept_safe": "",
}
NOTICE: dict[str, Any] = {
    "wish": Wish.WANTS,
    "child_said": "いってもいい",
    "why": "",
    "situation": "架空の相談の内容",
    "reach": "学校に手紙",
    "grounds": (),
    "contact": "03-2222-1111",
    "keep_from": "",
}


def ago(**span: float) -> datetime:
    return timezone.now().replace(second=0, microsecond=0) - timedelta(**span)


def came(
    cast: Cast,
    number: str = "R8-0001",
    *,
    by: str = "rights",
    channel: LetterChannel = LetterChannel.MINI_LETTER,
    **back: float,
) -> ChildLetter:
    who = cast.positions[by]
    with acting_as(who):
        return actions.register_letter(
            channel=channel,
            number=number,
            received_at=ago(**(back or {"hours": 2})),
            held_by="保管庫",
            by=who,
        )


def transcribed(cast: Cast, letter: ChildLetter, *, by: str = "rights", **more: Any) -> LetterReading:
    who = cast.positions[by]
    with acting_as(who):
        return actions.read_letter(letter, READ | more, by=who)


def judged(cast: Cast, letter: ChildLetter, *, by: str = "rights", **more: Any) -> DangerCheck:
    who = cast.positions[by]
    with acting_as(who):
        return actions.judge_danger(letter, SAFE | more, by=who)


def ready(cast: Cast, number: str = "R8-0001", **more: Any) -> ChildLetter:
    """Read, and judged as no danger now; ``more`` is what the transcript says otherwise."""
    letter = came(cast, number)
    transcribed(cast, letter, **more)
    judged(cast, letter)
    return letter


def replied_to(cast: Cast, letter: ChildLetter, *, by: str = "rights", **more: Any) -> LetterReply:
    who = cast.positions[by]
    sent_at = more.pop("sent_at", None)
    with acting_as(who):
        return actions.draft_reply(letter, REPLY | more, sent_at=sent_at, by=who)


def notified(cast: Cast, letter: ChildLetter, *, by: str = "rights", **more: Any) -> LetterNotice:
    who = cast.positions[by]
    with acting_as(who):
        return actions.draft_notice(letter, cast.offices["kita"], NOTICE | more, by=who)


def decided(row: LetterReply | LetterNotice, by: Position, *, approved: bool = True, note: str = "") -> None:
    with acting_as(by):
        fresh = type(row).objects.select_related("letter").get(pk=row.pk)
        actions.decide(fresh, approved=approved, note=note, by=by)


def state_of(cast: Cast, letter: ChildLetter) -> str:
    with acting_as(cast.rights):
        return ChildLetter.objects.get(pk=letter.pk).state
