"""Which sheets may be made now: one for the police only while the child, or an exception, lets that office be told."""

from dataclasses import replace
from datetime import datetime

from agencies.staff.rules import Refused
from cases.records.models import Case
from face.paper import Paper, Subject
from security.rooms import Name, why_untold


def why_kept(case: Case, paper: Paper, key: str, now: datetime) -> Name:
    """Why a sheet may not be made now, in a sentence; "" where it may. Raises NoSubject for a key that names nothing."""
    office = paper.to_police(case, key)
    return why_untold(case, office, paper.tells, now) if office is not None else ""


def check_may_leave(case: Case, paper: Paper, key: str, now: datetime) -> None:
    """Nothing of the child is on paper for the police before its intention is confirmed (ADR 108). Raises Refused, NoSubject."""
    if why := why_kept(case, paper, key, now):
        raise Refused("gate", why)


def with_reason(case: Case, paper: Paper, subject: Subject, now: datetime) -> Subject:
    """A subject with the reason that stands in the place of its buttons."""
    return replace(subject, why_not=why_kept(case, paper, subject.key, now))
