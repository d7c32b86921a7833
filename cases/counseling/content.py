"""What a plan consists of, as it is kept and as it is said."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import ngettext

from cases.counseling.codes import CustodianStand

GOALS = (1, 2, 3, 4)
"""The goals that have a row in the form, besides the child's own."""
MINUTES, SESSIONS = "minutes", "sessions"
"""What is counted of the sessions: how long one is, and how many there are to be (none: open)."""


HELD, MISSED = "held", "missed"


def attendance_in_words(code: str, n: int) -> str:
    """How many sessions were held or missed."""
    if code == HELD:
        return ngettext("%(n)d held", "%(n)d held", n) % {"n": n}
    if code == MISSED:
        return ngettext("%(n)d missed", "%(n)d missed", n) % {"n": n}
    return f"{code} {n}"


def amount_in_words(code: str, n: int) -> str:
    """The length of a session, or how many there are to be."""
    if code == MINUTES:
        return ngettext("%(n)d minute each", "%(n)d minutes each", n) % {"n": n}
    if code == SESSIONS:
        return ngettext("%(n)d session", "%(n)d sessions", n) % {"n": n}
    return f"{code} {n}"


@dataclass(frozen=True)
class Asked:
    """What one custodian said to the plan, or why there is no answer; ``person`` is a person around the child."""

    person: UUID
    stand: CustodianStand
    at: datetime
    words: str


def kept(asked: Iterable[Asked]) -> str | None:
    """The answers as they are stored; None for none."""
    rows = [
        {
            "person": str(one.person),
            "stand": one.stand.value,
            "at": one.at.isoformat(),
            "words": one.words,
        }
        for one in asked
    ]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def asked_in(stored: str | None) -> list[Asked]:
    """The answers that were stored. One whose code is unknown today counts as not agreed to."""
    return [
        Asked(
            UUID(one["person"]),
            CustodianStand(one["stand"]) if one["stand"] in CustodianStand.values else CustodianStand.AGAINST,
            datetime.fromisoformat(one["at"]),
            one["words"],
        )
        for one in (json.loads(stored) if stored else [])
    ]
