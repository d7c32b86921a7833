"""What may be written of an interview, and when a child may be asked again."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office, OfficeKind
from agencies.staff.models import Position, Staff
from agencies.staff.rules import Refused
from agencies.training.queries import is_trained
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.interviews.codes import (
    JOINT,
    MOVES,
    ON_THE_FACTS,
    TOLD,
    VERBATIM,
    Asker,
    InterviewKind,
    Outside,
    PlanState,
)
from cases.interviews.models import Interview, JointPlan, SecondInterview
from cases.interviews.queries import allowed_at, live_plan_of, on_facts_of, seconds_of
from cases.records.models import Case
from cases.records.rules import check_may_edit
from security.rooms import why_untold

ENDS_FIRST = _("“Began at” lies after “Ended at”. Correct one of the two.")
FOLLOWS = _("This does not follow from the state of the plan. Open the plan again.")
NO_LINK = _("No recording, file or link is kept here. Leave it out.")
AGREED_WITH = ("planned_for", "place", "protocol", "aim", "topics", "child_told")
"""What an agreed plan names besides its people."""
_LINK = re.compile(
    r"(?i)https?:|ftp:|file:|www\.|\\\\|\.(?:mp4|mov|avi|wmv|mkv|mp3|m4a|wav|wma|jpe?g|png|heic)\b"
)
_FILE = re.compile(
    r"(?i)https?:|ftp:|file:|\\\\|/.*/|\.(?:mp4|mov|avi|wmv|mkv|mp3|m4a|wav|wma|jpe?g|png|heic)\b"
)


def check_may_record(case: Case, by: Position) -> None:
    """Those who work on the case."""
    check_may_edit(case, by)


def is_asked(kind: InterviewKind, questions: str, corrects: Interview | None = None) -> bool:
    """Whether the child was asked about the facts: in every interview on them, elsewhere where a question is written down."""
    if is_on_facts(kind, questions, corrects):
        return True
    return kind is not InterviewKind.SPONTANEOUS and bool(questions.strip())


def is_on_facts(kind: InterviewKind, questions: str, corrects: Interview | None = None) -> bool:
    """Whether it is an interview on the facts: questions of a doctor on them are one. What was recorded as one goes on counting
    as one, whatever it is corrected to: otherwise the child could be asked again without a decision and without reasons."""
    if corrects is not None and corrects.on_facts:
        return True
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


def check_request(asker: Asker, their_reason: str) -> None:
    """Whoever wants to ask again says why: an office outside, too."""
    if asker is not Asker.CENTER and not their_reason.strip():
        raise Refused("their_reason", _("Write the reason that the other office gives."))
    if asker is Asker.CENTER and their_reason.strip():
        raise Refused(
            "their_reason", _("No other office asks for it. Choose which one does, or leave this empty.")
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
    if live_plan_of(case) is not None:
        return _("A joint interview is planned. Record it, or end its plan first.")
    return ""


def check_may_propose(case: Case, by: Position) -> None:
    """Those who work on the case plan a joint interview, one at a time."""
    check_may_edit(case, by)
    if live_plan_of(case) is not None:
        raise Refused("planned", _("A joint interview is planned already. Go on with that plan."))


def check_may_write(plan: JointPlan, by: Position) -> None:
    """Those who work on the case write the plan until it is agreed."""
    check_may_edit(plan.case, by)
    if not plan.is_open:
        raise Refused(
            "agreed", _("The plan stands as it was agreed. Move it, or end it and propose another.")
        )


def check_step(plan: JointPlan, step: PlanState, by: Position) -> None:
    """Raises Refused where the table of moves does not lead from the plan's state to ``step``."""
    check_may_edit(plan.case, by)
    if plan.known_state is None or step not in MOVES[plan.known_state]:
        raise Refused("step", FOLLOWS)


def check_version(plan: JointPlan, version: int | None) -> None:
    """What is changed is what was read. None: no page was read."""
    if version is not None and version != plan.version:
        raise Refused(
            "stale",
            _(
                "Somebody changed the plan after you opened it. Open it again; what you typed stays here until then."
            ),
        )


def check_no_link(texts: Mapping[str, Any]) -> None:
    """No recording, file or link is kept here, in no field of a plan. Raises Refused naming the field."""
    for name in ("outside_name", "outside_vouches", "place", "monitors", *JointPlan.INSIDE, *JointPlan.LONG):
        if _LINK.search(texts.get(name) or ""):
            raise Refused(name, NO_LINK)


OF_POLICE = ("police_who", "police_tel", "topics_police")
"""What of a plan says that the police take part."""


def check_agreed(facts: Mapping[str, Any]) -> None:
    """What an agreed plan names: another office, time, place, protocol, aim, topics, what the child is told, and one interviewer.

    One interviewer asks, once; of another office, that office vouches for the training. Raises Refused naming the field.
    """
    if not facts.get("police") and not facts.get("prosecutor_who"):
        raise Refused("prosecutor_who", _("Name the police or the public prosecutor who takes part."))
    for name in AGREED_WITH:
        if not facts.get(name):
            raise Refused(name, _("An agreed plan needs this."))
    inside, outside = facts.get("interviewer"), facts.get("outside_name")
    if bool(inside) == bool(outside):
        raise Refused(
            "interviewer", _("One person interviews the child: of the center, or of another office.")
        )
    for name in ("outside", "outside_vouches"):
        if outside and not facts.get(name):
            raise Refused(name, _("Write who at the other office vouches for the training."))


def has_of_police(facts: Mapping[str, Any]) -> bool:
    """Whether a plan says anything of the police."""
    return any(facts.get(name) for name in OF_POLICE) or facts.get("outside") == Outside.POLICE


_POLICE = re.compile(r"警察|県警|府警|道警|警視庁|警部|巡査")
TAKING_PART = (
    "center_who",
    "prosecutor_who",
    "monitors",
    "outside_name",
    "outside_vouches",
    "stays_with",
    "transport",
)
"""Where a plan says in words who takes part."""


def names_police(facts: Mapping[str, Any]) -> bool:
    """Whether a plan says in words that somebody of the police takes part."""
    return any(_POLICE.search(facts.get(name) or "") for name in TAKING_PART)


def check_police(facts: Mapping[str, Any]) -> None:
    """Where the plan has something of the police, or names somebody of them among those who take part, it names their office: the
    child's word is asked for towards one office. Raises Refused naming the field."""
    police = facts.get("police")
    if police is not None and police.kind != OfficeKind.POLICE:
        raise Refused("police", _("Choose an office of the police."))
    if police is None and (has_of_police(facts) or names_police(facts)):
        raise Refused("police", _("Choose the office of the police that takes part."))


def check_gate(case: Case, police: Office | None, now: datetime) -> None:
    """Nothing is agreed with the police before the child's intention is confirmed towards that office, or an exception tells it
    the plan: the same gate as of a report. What is only written in the house is not asked. Raises Refused."""
    if police is not None and (why := why_untold(case, police, TOLD, now)):
        raise Refused("police", why)


def check_trained(interviewer: Staff | None, planned_for: datetime | None) -> None:
    """An interviewer of the center has a certificate that holds on the day. Raises Refused."""
    if interviewer is None or planned_for is None:
        return
    if not is_trained(interviewer.pk, localdate(planned_for)):
        raise Refused(
            "interviewer",
            _("This person has no valid training on the planned day. Choose another, or another day."),
        )


def check_ahead(planned_for: datetime | None, now: datetime) -> None:
    """A joint interview is planned for a moment to come."""
    if planned_for is not None and planned_for < now:
        raise Refused("planned_for", _("This moment has passed. Plan the interview for one to come."))


def check_taken(step: PlanState, words: str, planned_for: datetime | None, now: datetime) -> None:
    """A step by hand has its words, and a moved plan its new time. What was agreed or held is written elsewhere."""
    if step in (PlanState.AGREED, PlanState.HELD):
        raise Refused("step", FOLLOWS)
    if not words.strip():
        raise Refused("words", _("Write down who said what, or why."))
    if _LINK.search(words):
        raise Refused("words", NO_LINK)
    if step is PlanState.MOVED:
        if planned_for is None:
            raise Refused("planned_for", _("Write to when it is moved."))
        check_ahead(planned_for, now)
