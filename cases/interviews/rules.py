"""What may be written of an interview, and when a child may be asked again."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.interviews.codes import JOINT, ON_THE_FACTS, VERBATIM, InterviewKind
from cases.interviews.models import Interview, SecondInterview
from cases.interviews.queries import allowed_at, on_facts_of, seconds_of
from cases.records.models import Case
from cases.records.rules import check_may_edit

ENDS_FIRST = _("“Began at” lies after “Ended at”. Correct one of the two.")
_FILE = re.compile(
    r"(?i)https?:|ftp:|file:|\\\\|/.*/|\.(?:mp4|mov|avi|wmv|mkv|mp3|m4a|wav|wma|jpe?g|png|heic)\b"
)


def check_may_record(case: Case, by: Position) -> None:
    """Those who work on the case."""
    check_may_edit(case, by)


def is_asked(kind: InterviewKind, questions: str) -> bool:
    """Whether the child was asked about the facts: in every interview on them, elsewhere where a question is written down."""
    return kind in ON_THE_FACTS or (kind is not InterviewKind.SPONTANEOUS and bool(questions.strip()))


def is_on_facts(kind: InterviewKind, questions: str) -> bool:
    """Whether it is an interview on the facts: questions of a doctor on them are one."""
    return kind in ON_THE_FACTS or (kind is InterviewKind.MEDICAL and bool(questions.strip()))


def check_times(began_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    """It was held, and ended after it began."""
    if began_at > now:
        raise Refused("began_at", _("This moment lies in the future."))
    if ended_at is not None and ended_at < began_at:
        raise Refused("ended_at", ENDS_FIRST)


def check_texts(kind: InterviewKind, texts: Mapping[str, Any]) -> None:
    """Of a joint interview the recording holds the words (刑事訴訟法321条の3): written down beside it they are a second account.
    Who was told first writes the child's own words. No recording, file or link is kept here."""
    if kind in JOINT and texts["words"]:
        raise Refused(
            "words",
            _("The recording holds the child's words. Write what the center may know under the open topics."),
        )
    if kind in VERBATIM and not texts["words"]:
        raise Refused("words", _("Write the child's own words, as they were said."))
    if _FILE.search(texts["medium_no"] or ""):
        raise Refused(
            "medium_no", _("No recording, file or link is kept here: only the number of the medium.")
        )


def check_asked_again(
    case: Case, reasons: Mapping[str, Any], now: datetime, corrects: Interview | None
) -> None:
    """Of a further interview on the facts that nobody decided on, the reasons are written down."""
    if corrects is not None and corrects.on_facts:
        return
    if on_facts_of(case, corrects) and allowed_at(case, now) is None:
        missing = next((name for name in Interview.REASONS if not (reasons.get(name) or "").strip()), None)
        if missing:
            raise Refused(
                missing, _("The child was asked before, and no decision allows it. Write this reason.")
            )


def check_is_latest(row: Interview) -> None:
    """What was corrected is corrected in the row that stands."""
    if Interview.objects.filter(corrects=row.pk).exists():
        raise Refused("corrected", _("This row has been corrected already. Correct the one that stands."))


def check_may_ask_again(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, once the child was asked, and while no decision is open."""
    check_may_draft(case, by, seconds_of(case), now)
    if not on_facts_of(case):
        raise Refused(
            "first", _("No interview on the facts has been recorded. The first one needs no decision.")
        )
    if allowed_at(case, now) is not None:
        raise Refused("allowed", _("A second interview is approved and has not been held yet."))


def check_still_holds(row: SecondInterview, _by: Position, now: datetime) -> None:
    """One approval at a time waits for its interview."""
    if allowed_at(row.case, now) is not None:
        raise Refused("allowed", _("A second interview is approved and has not been held yet."))


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft that prevents closing a case, in a sentence; '' where none waits."""
    if any(row.state_at(now) is State.WAITING for row in seconds_of(case)):
        return _("A draft on a second interview waits for its decision.")
    return ""
