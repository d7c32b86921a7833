"""How far a hand-over has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HandoverState(models.TextChoices):
    """By its dates alone: nothing is set when the day comes."""

    PLANNED = "planned", _("planned")
    DONE = "done", _("handed over")
    CANCELLED = "cancelled", _("called off")


BADGES = {HandoverState.PLANNED: "info", HandoverState.DONE: "success", HandoverState.CANCELLED: "neutral"}
"""The colour of each state."""
