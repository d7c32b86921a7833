"""Codes of the stay in custody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Act

CUSTODY_PLACE = Act("custody_place", _("change of the place of custody"))
"""The power to entrust the child elsewhere (児童福祉法33条): the director's, or of the person it was delegated to."""


class Told(models.TextChoices):
    """Whether the child was told of a move."""

    YES = "yes", _("told")
    NO = "no", _("not told yet")
