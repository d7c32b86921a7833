"""What the line has signed of the case of the world: part of what was done before the sweeps ask for it."""

from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.readings import actions as readings
from cases.readings.models import ReceiptReading
from cases.reviews import actions as reviews
from security.walls import clock
from tests.sweeps.canaries import words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_signed(world: "World") -> None:
    """A line of the progress list and a receipt."""
    _reviews(world)
    _readings(world)


def _reviews(world: "World") -> None:
    """The line of this month, signed and corrected."""
    line, month, first = world["line"], clock.today().replace(day=1), None
    with acting_as(line):
        for name in ("signed", "corrected"):
            texts = words(f"review.{name}", "note", "next_task")
            row = reviews.sign_review(
                world.case, month, next_on=clock.today(), by=line, corrects=first, **texts
            )
            first = first or row


def _readings(world: "World") -> None:
    """A receipt of the case, signed by the director."""
    director = world["director"]
    with acting_as(director):
        row = ReceiptReading.objects.get(notification_id=world.ids["notification_id"])
        readings.sign_reading(row.pk, by=director, **words("reading", "note"))
