"""Codes of hearing a child on what is decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Advocate(models.TextChoices):
    """Whether somebody stood by the child in the hearing who speaks for the child (意見表明等支援員)."""

    PRESENT = "present", _("was present")
    OFFERED = "offered", _("was offered, and did not come yet")
    REFUSED = "refused", _("was offered, and the child did not want one")
    NOT_OFFERED = "not_offered", _("was not offered")


OWED = frozenset({Advocate.OFFERED, Advocate.NOT_OFFERED})
"""Where an advocate is still to be offered, or to come."""
