"""The custody that a paper is about, and the place that it names: the one that holds on the day of the print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.custody.codes import DecisionKind
from cases.custody.models import CustodyDecision
from cases.custody.papers import decision_of
from cases.custody.queries import continued_until, decisions_of, expected_day, expected_rows
from cases.decisions.codes import State
from cases.records.models import Case
from cases.stays.models import PlaceChange
from cases.stays.queries import moves_of
from face.paper import NoSubject
from security.encryption.fields import value_of, words_of

LATEST = 2
"""Starts and ends of custody that are offered: the one in force, and a draft or the one before."""
STATES = (State.WAITING, State.APPROVED, State.ENDED)


@dataclass(frozen=True)
class Kept:
    """A start of custody and where the child is by it: ``number`` of the approved moves, 0 for the place of the start."""

    start: CustodyDecision
    number: int
    row: CustodyDecision | PlaceChange

    @property
    def suffix(self) -> str:
        """What the key of a paper says of the place: nothing for that of the start, so that older prints keep theirs."""
        return f".{self.number}" if self.number else ""

    @property
    def is_withheld(self) -> bool:
        """Whether its name is on no paper."""
        return bool(value_of(self.row.place_withheld))

    @property
    def place(self) -> str:
        """The name of the place, or that it is withheld."""
        return _("withheld") if self.is_withheld else words_of(self.row.place)


def starts_of(case: Case) -> list[CustodyDecision]:
    """The latest starts that a paper can be about."""
    rows = [row for row in decisions_of(case) if row.kind == DecisionKind.START and row.state in STATES]
    return rows[:LATEST]


def ends_of(case: Case) -> list[CustodyDecision]:
    """The latest ends."""
    rows = [row for row in decisions_of(case) if row.kind == DecisionKind.END and row.state in STATES]
    return rows[:LATEST]


def all_kept(case: Case, start: CustodyDecision) -> list[Kept]:
    """Every place of one custody, the first one first."""
    rows: list[CustodyDecision | PlaceChange] = [start, *reversed(moves_of(start, case))]
    return [Kept(start, number, row) for number, row in enumerate(rows)]


def kept_now(case: Case, start: CustodyDecision) -> Kept:
    """Where the child is by this custody, or was last."""
    return all_kept(case, start)[-1]


def kept_by(case: Case, decision: str, number: str) -> Kept:
    """The place that a key names. It is read anew, so that a print of before names what it named. Raises NoSubject."""
    start = decision_of(case, decision)
    if start.kind != DecisionKind.START or start.state not in STATES:
        raise NoSubject
    if not number:
        return Kept(start, 0, start)
    moves = PlaceChange.objects.filter(case=case, start=start, approved=True).order_by("moved_at", "id")
    places = {str(at): Kept(start, at, row) for at, row in enumerate(moves, 1)}
    if number not in places:
        raise NoSubject
    return places[number]


def parts_of(key: str) -> tuple[str, str, str]:
    """The decision, the person or the age, and the number of the place that a key names."""
    decision, _dot, rest = key.partition(".")
    about, _dot, number = rest.partition(".")
    return decision, about, number


def late_place(case: Case, key: str) -> Mapping[str, str]:
    """The name of the place that the key names, at every print; withheld, it is on no paper."""
    decision, _about, number = parts_of(key)
    return {"place": kept_by(case, decision, number).place}


def goes_on_until(case: Case, start: CustodyDecision) -> date | None:
    """The day until which custody is expected today: of one that was continued, the last of its term; else the day that was
    written for it last, or that of the decision."""
    term = running_of(case, ClockKind.CUSTODY_END)
    return continued_until(start, term.due_at if term else None) or expected_day(start, expected_rows(case))
