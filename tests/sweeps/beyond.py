"""The world's child is heard on custody after it began, and told what became of its opinion."""

from typing import TYPE_CHECKING

from cases.custody import hearing
from cases.custody.codes import Advocate
from cases.custody.models import CustodyDecision
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_hearing(world: "World", decision: CustodyDecision) -> None:
    """Heard with an advocate, and answered."""
    lead, now = world["lead"], clock.now()
    facts = words("hearing", "place", "heard_by", "explained", "sheet_version")
    one = hearing.record_hearing(
        decision,
        {**facts, "heard_at": now, "advocate": Advocate.PRESENT},
        opinion=canary("custody.opinion"),
        by=lead,
    )
    hearing.record_answer(one, answered_at=clock.now(), answer=canary("hearing.answer"), by=lead)
    world.ids["hearing_id"] = one.pk
