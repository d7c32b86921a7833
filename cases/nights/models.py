"""The receipt of a night's hand-over sheet (引継票). The sheet itself is made of what happened, whenever it is read."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position


class NightSheet(models.Model):
    """Who received the sheet of an office's night, and when: once. ``night`` is the working day on which it began."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office", "night", "taken_by", "taken_at"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    night = models.DateField(_("night from"))
    taken_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("received by"))
    taken_at = models.DateTimeField(_("received at"))

    class Meta:
        app_label = "cases"
        constraints = [models.UniqueConstraint(fields=["office", "night"], name="one_night_sheet")]
