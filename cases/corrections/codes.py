"""Codes of corrections of what was recorded on custody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import Act

CUSTODY_CORRECTION = Act("custody_correction", _("correction of when custody began or ended"))
"""The director's, or of the person to whom the start of custody is delegated with it: limits of the law follow."""

STEP_CORRECTION = Act("warrant_step_correction", _("correction of a step of a custody warrant"))


class StepMend(models.TextChoices):
    """What was wrong with a step: its moment, or that it was written at all."""

    MOMENT = "moment", _("it happened at another moment")
    STRUCK = "struck", _("it was recorded in error, and is struck")
