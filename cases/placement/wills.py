"""What those with parental authority say to a placement, taken together (児童福祉法27条4項)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.clocks.rules import JAPAN
from cases.consents.codes import Said
from cases.consents.rules import Stand, in_order, latest_by_person
from cases.placement.codes import PlacementKind
from cases.placement.models import PlacementAnswer
from cases.placement.queries import answer_rows, since_last
from cases.records.models import Case
from cases.records.queries import everybody_around
from security.encryption.fields import value_of

AGAINST = frozenset({Said.OBJECTS, Said.WITHDRAWN})


@dataclass(frozen=True)
class Wills:
    """Each person around the child with their latest answer to one kind of placement; those with parental authority first.

    ``nobody``: it was said that nobody has parental authority. ``strict``: the office takes a person who is not reached to the
    court, too.
    """

    stands: tuple[Stand[PlacementAnswer], ...]
    nobody: bool
    strict: bool

    @property
    def holders(self) -> list[Stand[PlacementAnswer]]:
        """Those with parental authority today."""
        return [stand for stand in self.stands if stand.holds]

    @property
    def unsaid(self) -> bool:
        """Whether nothing is known of somebody with parental authority, or of whether anybody has it."""
        if not self.holders:
            return not self.nobody
        return any(stand.answer is None for stand in self.holders)

    @property
    def against(self) -> list[Stand[PlacementAnswer]]:
        """Those with parental authority who object, or took their consent back."""
        return [stand for stand in self.holders if stand.code in AGAINST]

    @property
    def in_the_way(self) -> list[Stand[PlacementAnswer]]:
        """Those without whose consent it is not decided: who objects, who is not asked, and a word of another version. Who was
        tried to be reached in vain has said nothing against it, unless the office is strict."""
        passes = {Said.CONSENTS} if self.strict else {Said.CONSENTS, Said.NOT_REACHED}
        return [stand for stand in self.holders if stand.code not in passes]


def wills_on(case: Case, kind: PlacementKind | None, now: datetime) -> Wills:
    """What they say to a placement of this kind that is to be decided: what was written down after the decision before."""
    since = since_last(case)
    rows = [row for row in answer_rows(case) if value_of(row.asked_kind) is kind]
    return _together(case, [row for row in rows if since is None or row.recorded_at > since], now)


def wills_now(case: Case, kind: PlacementKind | None, now: datetime) -> Wills:
    """What they say to the placement that goes on, by their latest answers to this kind."""
    return _together(case, [row for row in answer_rows(case) if value_of(row.asked_kind) is kind], now)


def _together(case: Case, answers: Sequence[PlacementAnswer], now: datetime) -> Wills:
    latest, today = latest_by_person(answers), now.astimezone(JAPAN).date()
    people = everybody_around(case)
    stands = [Stand(person, person.holds_authority(today), latest.get(person.pk)) for person in people]
    last = in_order(answers)[-1] if answers else None
    nobody = last is not None and value_of(last.consent) is Said.NOBODY
    shown = tuple(
        stand for stand in sorted(stands, key=lambda one: not one.holds) if stand.holds or stand.answer
    )
    return Wills(shown, nobody, case.office.unreached_to_court)


def asked_of(case: Case, now: datetime) -> list[Stand[PlacementAnswer]]:
    """Everybody around the child, those with parental authority first, for the form of an answer."""
    today = now.astimezone(JAPAN).date()
    stands = [Stand[PlacementAnswer](one, one.holds_authority(today), None) for one in everybody_around(case)]
    return sorted(stands, key=lambda one: not one.holds)
