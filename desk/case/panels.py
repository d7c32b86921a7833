"""Which rooms stand on the case page, in the order of the day's work."""

from collections.abc import Callable, Iterable

from agencies.staff.models import Post
from cases.records.models import Case
from cases.records.panel import Moment, Panel

ROOMS = (
    "cases.clocks",
    "referrals.consent",
    "cases.records",
    "cases.intake",
    "cases.custody",
    "referrals.disclosures",
    "referrals.police",
    "desk.audit",
)


def panels_of(case: Case, by: Post) -> list[Panel]:
    """The panels of every room for this case and reader; a room may answer with none, one or several."""
    found: list[Panel] = []
    for room in ROOMS:
        answer = _module(room).panel(case, by)
        found.extend(answer if isinstance(answer, list) else [answer] if answer else [])
    return found


def moments_of(case: Case, by: Post) -> list[Moment]:
    """The timeline: what every room has to tell, newest first."""
    tellers: Iterable[Callable[[Case, Post], list[Moment]]] = (
        getattr(_module(room), "moments", lambda case, by: []) for room in ROOMS
    )
    return sorted((moment for tell in tellers for moment in tell(case, by)), key=lambda moment: moment.at, reverse=True)
