"""Which answer the police may write, and when."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.records.rules import check_may_edit
from referrals.answers.codes import MOVES, SAID_AFTER, Says, Step, Why
from referrals.answers.models import Answer
from referrals.answers.queries import Answered, Received, step_before
from referrals.disclosures.rules import WALLS


def next_steps(received: Received, corrects: Answer | None = None) -> tuple[Step, ...]:
    """What can be answered now; of a correction, what could have been answered instead."""
    before = step_before(received.answers, corrects)
    return MOVES[Step(before)] if before in Step.values else ()


def check_may_answer(received: Received, by: Position) -> None:
    """An officer to whom it is assigned, while it is open to the office, and something can still follow."""
    check_open(received, by)
    if not next_steps(received):
        raise Refused("ended", _("The police have written their last answer. It can be corrected."))


def check_may_correct(received: Received, wrong: Answer | None, by: Position) -> None:
    """The answer that holds now is corrected; those before it were followed by another."""
    check_open(received, by)
    if wrong is None or received.latest is None or wrong.pk != received.latest.pk:
        raise Refused("answer_follows", WALLS["answer_follows"])


def check_may_accept(found: Answered, row: Answer, by: Position) -> None:
    """Those who work on the case accept the answer that holds now, of a report that has ended too."""
    _check_may_say(found, row, Says.ACCEPTED, by)


def check_may_ask_back(found: Answered, row: Answer, by: Position, now: datetime) -> None:
    """Those who work on the case ask back once, while the police can answer anew."""
    _check_may_say(found, row, Says.ASKED_BACK, by)
    if not found.report.row.is_open_at(now):
        raise Refused(
            "answer_open", _("The report has ended: the police can answer no more. Telephone them.")
        )


def _check_may_say(found: Answered, row: Answer, says: Says, by: Position) -> None:
    check_may_edit(found.report.row.case, by)
    if found.latest is None or found.latest.pk != row.pk:
        raise Refused("word_follows", WALLS["word_follows"])
    if says not in SAID_AFTER.get(row.last_said, ()):
        raise Refused("said", _("The center has said this already. Read the answers again."))


def check_asked(why: str, question: str) -> None:
    """The officer is told why, and what is asked."""
    if why not in Why.values:
        raise Refused("why", _("Choose why you ask back."))
    if not question.strip():
        raise Refused("question", _("Write down what you ask."))


def check_open(received: Received, by: Position) -> None:
    """The disclosure has not been withdrawn, closed or run out, and is assigned to this position."""
    check_role_may(by, Permission.RECEIVE_DISCLOSURES)
    if received.row is None:
        raise Refused("answer_open", WALLS["answer_open"])


def check_step(received: Received, step: Step, corrects: Answer | None) -> None:
    """The step follows from the answer before (the table ``MOVES``)."""
    if step not in next_steps(received, corrects):
        raise Refused("answer_follows", WALLS["answer_follows"])


def check_written(step: Step, texts: Mapping[str, str]) -> None:
    """An acceptance names the section and the reference number, a refusal says why."""
    if step is Step.ACCEPTED and not (texts["section"].strip() and texts["police_number"].strip()):
        raise Refused(
            "accepted", _("Whoever accepts it names the section in charge and the reference number.")
        )
    if step is Step.NOT_TAKEN and not texts["text"].strip():
        raise Refused("not_taken", _("Write down why the police do not accept it."))
