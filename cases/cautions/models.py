"""One caution of a case: what must be minded on every page of it, until it is lifted."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.cautions.codes import BADGES, CautionKind, CautionState
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField


class Caution(OfCase):
    """``words`` are the child's own for a person who is not to be told, and what is known for the others; ``whom`` is empty for
    nobody in particular. It never changes; that and why it was lifted is written once (trigger ``caution_stays``).
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "recorded_by", "recorded_at", "ended_by", "ended_at",
    }  # fmt: skip

    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    ended_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("lifted by")
    )
    ended_at = models.DateTimeField(_("lifted at"), null=True)
    kind = EncryptedCodeField(CautionKind, _("kind of caution"))
    words = EncryptedTextField(_("the child's words, or what is known"))
    whom = EncryptedTextField(_("whom it is about"))
    why = EncryptedTextField(_("why it was lifted"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-recorded_at", "-id"]

    @property
    def state(self) -> CautionState:
        """In force, or lifted."""
        return CautionState.IN_FORCE if self.ended_at is None else CautionState.LIFTED

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.state]
