"""Who reads a page that closes when a confirmation ends. Disclosures are a higher room's, which declares what it closes."""

from dataclasses import dataclass
from uuid import UUID

from referrals.consent.models import Intention
from security.rooms import rooms


@dataclass(frozen=True)
class Closed:
    """A page that has closed: its reference and address at the receiver, and the positions that could open it."""

    reference: str
    path: str
    readers: list[UUID]


def closed_by_ending(intention: Intention) -> list[Closed]:
    """The pages that closed with ``intention``."""
    return [closed for room in rooms() if room.endings for closed in room.endings(intention)]
