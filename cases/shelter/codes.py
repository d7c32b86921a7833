"""Codes of the desk of a temporary custody facility (一時保護施設). All are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SelfHarm(models.TextChoices):
    """The danger that the child harms itself, as known when the sheet was written."""

    NONE = "none", _("nothing known of self-harm")
    WATCH = "watch", _("self-harm is possible: keep an eye on the child")
    ACUTE = "acute", _("self-harm is acute: never leave the child alone")


FACILITY = "facility"
"""The relation, for the access log, of who works where the child sleeps."""
