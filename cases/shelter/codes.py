"""Codes of the desk of a temporary custody facility (一時保護施設). All but the steps of leaving are stored encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SelfHarm(models.TextChoices):
    """The danger that the child harms itself, as known when the sheet was written."""

    NONE = "none", _("nothing known of self-harm")
    WATCH = "watch", _("self-harm is possible: keep an eye on the child")
    ACUTE = "acute", _("self-harm is acute: never leave the child alone")


class Shift(models.TextChoices):
    """A part of the day at the facility."""

    MORNING = "morning", pgettext_lazy("shift", "morning")
    DAY = "day", pgettext_lazy("shift", "day")
    NIGHT = "night", pgettext_lazy("shift", "night")


class LeaveStep(models.TextChoices):
    """What is written, step by step, of a child who left without leave (無断外出)."""

    NOTICED = "noticed", _("noticed that the child is away")
    POLICE = "police", _("police told")
    LEAD = "lead", _("person in charge told")
    FOUND = "found", _("found, or came back")


FACILITY = "facility"
"""The relation, for the access log, of who works where the child sleeps."""
