"""The world's child is moved once while in custody."""

from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.custody.codes import Place
from cases.decisions.codes import Verdict
from cases.stays import actions
from cases.stays.codes import Told
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_stay(world: "World") -> None:
    """Moved to a hospital, told, and decided after the director had said so."""
    lead, now = world["lead"], clock.now()
    facts = actions.ChangeFacts(
        moved_at=now,
        place_kind=Place.HOSPITAL,
        place_withheld=False,
        told=Told.YES,
        told_at=now,
        said_at=now - timedelta(seconds=1),
        **words("move", "place", "reason", "words", "said_by"),
    )
    with acting_as(lead):
        row = actions.draft_change(world.case, facts, by=lead)
    with acting_as(world["director"]):
        actions.CHANGE.decide(row, Verdict.APPROVE, note=canary("move.note"), by=world["director"])
