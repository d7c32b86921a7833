"""Writing an answer of the police down. The database asks the same rules again (``wall.answer_follows``)."""

from collections.abc import Mapping

from django.urls import reverse

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from agencies.staff.rules import Refused
from referrals.answers import rules
from referrals.answers.codes import Step
from referrals.answers.models import Answer
from referrals.answers.queries import Received, received_by
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
