"""Work that has to be done by a day which no law sets."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.duties.codes import DutyWarningStep, choices
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField


class Duty(OfCase):
    """What a person has to do after an event of the case; it is done once and then not changed (trigger ``duty_stays``).

    ``cause`` is the id of the row it follows from. ``barred`` are the people who may not do it, by their own part in that.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "kind", "cause", "owner", "barred", "left_at", "due_at", "done_at", "done_by",
    }  # fmt: skip

    kind = models.CharField(_("duty"), max_length=40, choices=choices)
    cause = models.UUIDField(_("what it follows from"))
    owner = models.ForeignKey(Position, models.PROTECT, related_name="+")
    barred: Any = ArrayField(models.UUIDField(), default=list, verbose_name=_("people who may not do it"))
    # None: left by an older version.
    left_at = models.DateTimeField(_("left at"), null=True)
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


class DutyWarning(models.Model):
    """That a step of a duty was told. Only the database writes them (``wall.warn_duties``), with the notices."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "duty", "step", "told_at"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="warnings", verbose_name=_("duty"))
    step = models.CharField(_("who was told"), max_length=4, choices=DutyWarningStep.choices)
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        app_label = "cases"
        ordering = ["told_at", "id"]
        constraints = [models.UniqueConstraint(fields=["duty", "step"], name="duty_step_told_once")]
