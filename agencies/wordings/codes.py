"""Codes of the texts for children."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Band(models.TextChoices):
    """Which text a child is asked with: by its age, or by what it can follow."""

    UNDER_5 = "under_5", _("under 5, or cannot follow")
    FROM_5 = "from_5", _("5 to 9")
    FROM_10 = "from_10", _("10 to 14")
    FROM_15 = "from_15", _("15 and over")


class About(models.TextChoices):
    """What a text is for."""

    POLICE = "police", _("asking a child about the police")
    CUSTODY = "custody", _("explaining temporary custody to a child")
    GUIDELINE = "guideline", _("explaining the support guideline to a child")


ASKED = (Band.FROM_5, Band.FROM_10, Band.FROM_15)
"""Those who are asked. A younger child's intention cannot be formed: an exception that the director decides is the only way."""
YOUNG = frozenset({Band.UNDER_5, Band.FROM_5})
"""What these children said holds for days, not for months."""
FIRST_YEARS = ((15, Band.FROM_15), (10, Band.FROM_10), (5, Band.FROM_5), (0, Band.UNDER_5))


def band_at(age: int) -> Band:
    """The text for a child of this age, in full years."""
    return next(band for years, band in FIRST_YEARS if age >= years)
