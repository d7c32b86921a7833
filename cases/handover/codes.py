"""How far a hand-over has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from security.rooms import merged


class HandoverState(models.TextChoices):
    """By its dates alone: nothing is set when the day comes."""

    PLANNED = "planned", _("planned")
    DONE = "done", _("handed over")
    CANCELLED = "cancelled", _("called off")


BADGES = {HandoverState.PLANNED: "info", HandoverState.DONE: "success", HandoverState.CANCELLED: "neutral"}
"""The colour of each state."""


def said(code: str, n: int) -> str:
    """How many of one kind of thing are open, in the words of the room that declares it; a kind of an older version as it is."""
    kinds = merged("open_on")
    return str(kinds[code].words) % {"n": n} if code in kinds else f"{code} {n}"
