"""The line of one case in the progress list of one month, signed by a supervisor or the director."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.records.codes import URGENCY_BADGES, Urgency
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField


class CaseReview(OfCase):
    """``month`` is its first day, ``urgency`` the band at that moment. It never changes; a correction is a further row that names
    the line it corrects. It ends no limit and no duty: what is signed is not the case's state."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "month", "signed_by", "signed_at", "urgency", "next_on", "corrects",
    }  # fmt: skip

    month = models.DateField(_("month"))
    signed_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    signed_at = models.DateTimeField(_("signed at"))
    urgency = models.CharField(_("urgency"), max_length=4, choices=Urgency.choices)
    next_on = models.DateField(_("next review on"))
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    note = EncryptedTextField(_("note"))
    next_task = EncryptedTextField(_("next task"))

    class Meta:
        app_label = "cases"
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "month"], condition=models.Q(corrects=None), name="one_case_review"
            ),
        ]

    @property
    def urgency_kind(self) -> str:
        """The kind of badge that shows the urgency."""
        return URGENCY_BADGES.get(self.urgency, "neutral")
