"""Who reads a page that closes when a confirmation ends. Disclosures are a higher room's, which registers itself at the start."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from referrals.consent.models import Intention


@dataclass(frozen=True)
class Closed:
    """A page that has closed: its reference and address at the receiver, and the positions that could open it."""

    reference: str
    path: str
    readers: list[UUID]


ClosedBy = Callable[[Intention], Iterable[Closed]]
_sources: list[ClosedBy] = []


def register_endings(closed_by: ClosedBy) -> None:
    """Say which receivers' pages close with a confirmation."""
    if closed_by not in _sources:
        _sources.append(closed_by)


def closed_by_ending(intention: Intention) -> list[Closed]:
    """The pages that closed with ``intention``; none if nobody registered."""
    return [closed for source in _sources for closed in source(intention)]
