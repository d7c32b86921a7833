"""Codes of the closing of a case (終結). The reason is stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClosingReason(models.TextChoices):
    """Why the work on a case ends."""

    NO_ACTION = "no_action", _("no further action needed")
    FINISHED = "finished", _("support finished")
    HANDED_OVER = "handed_over", _("moved away, or handed to another office")
    MISTAKE = "mistake", _("recorded by mistake, or twice")
    OTHER = "other", _("for another reason")


class ClosingState(models.TextChoices):
    """Where a decision on closing stands; derived from its signatures."""

    WAITING = "waiting", _("waits for decision")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
