"""Codes of the closing of a case (終結). The reason is stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Act
from cases.conferences.codes import Measure

CLOSING = Act("closing", _("closing of the case"), police=True)


class ClosingReason(models.TextChoices):
    """Why the work on a case ends."""

    NO_ACTION = "no_action", _("no further action needed")
    FINISHED = "finished", _("support finished")
    HANDED_OVER = "handed_over", _("moved away, or handed to another office")
    MISTAKE = "mistake", _("recorded by mistake, or twice")
    OTHER = "other", _("for another reason")


CLOSES = frozenset({Measure.CLOSING})
GOES = frozenset({Measure.CLOSING, Measure.TRANSFER})
"""What a support policy conference has decided before a case is closed (終結), and before it goes to another office (移管)."""
