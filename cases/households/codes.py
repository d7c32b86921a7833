"""Codes of households (世帯・きょうだい)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Act
from cases.records.codes import HouseholdRelation

HOUSEHOLD_JOIN = Act("household_join", _("joining of two households"), by_line=True)
"""A supervisor decides it, or the director, who sees the cases of both homes."""

HOUSEHOLD_SPLIT = Act("household_split", _("separation of a case from its household"), by_line=True)
"""A supervisor in the line of the case decides it, or the director; whoever drafted it does not."""

SIBLINGS = (
    HouseholdRelation.ELDER_BROTHER,
    HouseholdRelation.ELDER_SISTER,
    HouseholdRelation.YOUNGER_BROTHER,
    HouseholdRelation.YOUNGER_SISTER,
    HouseholdRelation.COHABITANT,
    HouseholdRelation.OTHER,
)
"""What a child can be to the one registered first."""


class Sight(models.TextChoices):
    """Whether a further child was seen when the call was written down. Only sight confirms safety (虐待対応の手引き: 目視)."""

    SEEN = "seen", _("seen by sight")
    TRIED = "tried", _("tried, but not seen")
    NOT_YET = "not_yet", _("not yet")
