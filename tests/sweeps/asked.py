"""How the child of the world was asked about the police, and a text of its office that waits for its decision."""

from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from agencies.wordings.actions import draft_wording
from agencies.wordings.codes import Band
from agencies.wordings.models import Wording
from agencies.wordings.queries import SHIPPED, Text, shipped_text
from cases.records.codes import Answer
from referrals.consent.asking import Asking
from referrals.consent.codes import Means, Understood
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def asking() -> Asking:
    """With the text of another age, in another language, with everything that helps."""
    return Asking(
        band=Band.FROM_15,
        text=Text(SHIPPED, canary("intention.wording")),
        understood=dict.fromkeys(Understood, Answer.YES),
        by_suspect_side=Answer.NO,
        in_suspect_home=Answer.NO,
        means=tuple(Means),
        **words("intention", "band_reason", "interpreter", "language"),
    )


def draft_text(world: "World") -> Wording:
    """By the supervisor; the director has not decided it."""
    line = world["line"]
    with acting_as(line):
        return draft_wording(Band.FROM_10, shipped_text(Band.FROM_10).words, clock.today(), by=line)
