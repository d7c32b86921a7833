"""Something around the child that is to be changed with others, by a day: agreed, done or no longer wanted."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.environment.codes import BADGES, Party, TaskState
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField


class EnvironmentTask(OfCase):
    """What was agreed stays; how it ended is written once (trigger ``environment_stays``)."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "until", "recorded_by", "recorded_at", "done_on", "ended_by", "ended_at",
    }  # fmt: skip
    TEXTS: ClassVar[tuple[str, ...]] = ("aim", "agreed_with", "tasks")

    until = models.DateField(_("until"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    done_on = models.DateField(_("done on"), null=True)
    ended_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("end recorded by")
    )
    ended_at = models.DateTimeField(_("end recorded at"), null=True)
    party = EncryptedCodeField(Party, _("adjusted with"))
    aim = EncryptedTextField(_("aim of the adjustment"))
    agreed_with = EncryptedTextField(_("agreed with whom"))
    tasks = EncryptedTextField(_("what each does"))
    result = EncryptedTextField(_("how it is now, or why it is no longer wanted"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_on=None) | models.Q(ended_at__isnull=False),
                name="environment_done_is_recorded",
            ),
        ]

    @property
    def state(self) -> TaskState:
        """Under way, done or no longer wanted."""
        if self.ended_at is None:
            return TaskState.OPEN
        return TaskState.DROPPED if self.done_on is None else TaskState.DONE

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.state]
