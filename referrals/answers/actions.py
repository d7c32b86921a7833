"""Writing an answer of the police down. The database asks the same rules again (``wall.answer_follows``)."""

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.models import Case
from referrals.answers import rules
from referrals.answers.codes import Says, Step
from referrals.answers.models import Answer, AnswerWord
from referrals.answers.queries import Answered, Received, answered_reports_of, received_by
from referrals.disclosures.actions import brief
from referrals.disclosures.queries import positions_behind
from referrals.disclosures.rules import WALLS
from security.walls import clock

TEXTS = ("section", "officer", "police_number", "text")


@brief()
def write_answer(
    received: Received,
    *,
    step: Step,
    texts: Mapping[str, str],
    by: Position,
    corrects: Answer | None = None,
) -> Answer:
    """Answer a report, or correct the answer that holds (``corrects``). The one in charge and the line at the sender are told.

    Raises Refused for what is closed, for a step that does not follow, and where the table asks for more words.
    """
    now = received_by(by, received.envelope.disclosure_id)
    if now is None:
        raise Refused("answer_open", WALLS["answer_open"])
    if corrects is not None:
        rules.check_may_correct(now, corrects, by)
    else:
        rules.check_may_answer(now, by)
    rules.check_step(now, step, corrects)
    rules.check_written(step, texts)
    if now.row is None:
        raise Refused("answer_open", WALLS["answer_open"])
    row = Answer(disclosure=now.row, case_id=now.row.case_id, step=step, corrects=corrects)
    row.number, row.answered_by, row.answered_at = len(now.answers) + 1, by, clock.now()
    for name in TEXTS:
        setattr(row, name, texts[name])
    row.save(force_insert=True)
    path = reverse("disclosure", args=[now.row.pk])
    told, reference = positions_behind(now.row.pk), now.envelope.reference
    tell(told, NoticeKind.DISCLOSURE_ANSWERED, reference, path, cause=str(row.pk))
    return row


@brief()
def accept_answer(case: Case, answer_id: UUID, *, by: Position) -> AnswerWord:
    """The center accepts the answer that holds now: what was owed on it is done (``wall.word_settles``). Raises Refused."""
    found, row = _answer_of(case, answer_id)
    rules.check_may_accept(found, row, by)
    return _say(row, Says.ACCEPTED, by)


@brief()
def ask_back(case: Case, answer_id: UUID, *, why: str, question: str, by: Position) -> AnswerWord:
    """The center asks back, with a reason of the list and in words. The officers who have the report are told. Raises Refused."""
    found, row = _answer_of(case, answer_id)
    rules.check_may_ask_back(found, row, by, clock.now())
    rules.check_asked(why, question)
    word = _say(row, Says.ASKED_BACK, by, why=why, question=question)
    readers = list(found.report.row.assignments.filter(ended_at=None).values_list("position_id", flat=True))
    path, reference = reverse("letter_answer", args=[row.disclosure_id]), found.report.row.reference
    tell(readers, NoticeKind.ANSWER_ASKED_BACK, reference, path, cause=str(word.pk))
    return word


def _answer_of(case: Case, answer_id: UUID) -> tuple[Answered, Answer]:
    """The report and the answer, asked anew."""
    for found in answered_reports_of(case):
        for row in found.answers:
            if row.pk == answer_id:
                return found, row
    raise Refused("word_follows", WALLS["word_follows"])


def _say(row: Answer, says: Says, by: Position, **texts: str) -> AnswerWord:
    word = AnswerWord(answer=row, disclosure_id=row.disclosure_id, case_id=row.case_id, says=says, said_by=by)
    word.said_at = clock.now()
    for name, text in texts.items():
        setattr(word, name, text)
    word.save(force_insert=True)
    return word
