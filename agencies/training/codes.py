"""Codes of the register of training in interviewing children, and the terms of it, which are our own."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Course(models.TextChoices):
    """The trainings that an interview of a child about what happened takes."""

    NICHD = "nichd", _("NICHD protocol")
    CHILD_FIRST = "childfirst", _("ChildFirst or RIFCR")
    REPRESENTATIVE = "representative", _("representative interview (police and prosecutors)")


class Standing(models.TextChoices):
    """What a row is worth today; derived from its dates."""

    VALID = "valid", _("valid")
    ENDING = "ending", _("runs out soon")
    OVER = "over", _("not valid")
    WITHDRAWN = "withdrawn", _("withdrawn")


BADGES = {
    Standing.VALID: "ok",
    Standing.ENDING: "warning",
    Standing.OVER: "closed",
    Standing.WITHDRAWN: "closed",
}
"""The colour of each."""

VALID_YEARS = 3
"""How long a certificate is taken to hold at most. No law says so: our own value."""
REVIEWED_WITHIN_YEARS = 1
"""How long ago the certificate or the last peer review may lie. Our own value too."""
SOON = timedelta(days=60)
"""How long before its end the register says that a row runs out."""
