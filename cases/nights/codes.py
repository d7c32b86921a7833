"""What happens at night, and on which days an office is closed."""

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _


class Matter(models.TextChoices):
    """What a line of the sheet is about. The wall's functions answer with these codes."""

    OPENED = "opened", _("case registered")
    ADDED = "added", _("further notification")
    ORAL = "oral", _("temporary custody decided orally")
    GLASS = "glass", _("opened with broken glass")
    POLICE = "police", _("contact with the police")


CLOSES, OPENS = time(17, 15), time(9)
"""A night lasts from the one on a working day until the other on the next one."""
RECEIVED_FROM = time(8, 30)
"""When the morning begins in which the sheet is received."""
CLOSED_DAYS = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
"""Months and days on which offices are closed beside weekends and holidays (地方自治法4条の2第2項3号 and the usual ordinance)."""
BACK, LONGEST = 14, 12
"""For how many days a sheet can be asked for, and how many days a night lasts at most (the holidays of May 2019: eleven)."""
MOST = 300
"""How many lines of one kind a sheet has."""
