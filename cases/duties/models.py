"""Work that has to be done by a day which no law sets."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.duties.codes import choices
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField


class Duty(OfCase):
    """What a person has to do after an event of the case; it is done once and then not changed (trigger ``duty_stays``).

    ``cause`` is the id of the row it follows from. ``barred`` are the people who may not do it, by their own part in that.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "kind", "cause", "owner", "barred", "due_at", "done_at", "done_by",
    }  # fmt: skip

    kind = models.CharField(_("duty"), max_length=40, choices=choices)
    cause = models.UUIDField(_("what it follows from"))
    owner = models.ForeignKey(Position, models.PROTECT, related_name="+")
    barred: Any = ArrayField(models.UUIDField(), default=list, verbose_name=_("people who may not do it"))
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    note = EncryptedTextField(_("how it was done"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["due_at"]
        indexes = [
            # The few that are open, on the home pages of the line.
            models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="duty_open"),
        ]
