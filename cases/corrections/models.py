"""That custody began or ended at another moment than was decided, and that a step of a warrant was recorded wrongly."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.corrections.codes import StepMend
from cases.custody.models import CustodyDecision
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.warrants.models import WarrantStep
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedMomentField


class CustodyCorrection(CaseAct):
    """``held_at``: the moment that held when it was drafted; the database writes it. ``corrected_at``: the right one.

    Of an oral start: when it was really said (``said_at``), and until when it is to be confirmed then (``confirm_by``).
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "decision", "held_at", "corrected_at", "confirm_by",
    }  # fmt: skip

    decision = models.ForeignKey(
        CustodyDecision, models.PROTECT, related_name="corrections", verbose_name=_("custody decision")
    )
    held_at = models.DateTimeField(_("moment that held until then"))
    corrected_at = models.DateTimeField(_("moment, as corrected"))
    confirm_by = models.DateTimeField(_("to be confirmed in writing by"), null=True)
    reason = EncryptedTextField(_("how the right moment is known"))
    said_at = EncryptedMomentField(_("when it was said, as corrected"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("custody_correction"),
            one_draft("one_custody_correction_draft"),
            models.CheckConstraint(
                condition=~models.Q(corrected_at=models.F("held_at")), name="custody_correction_corrects"
            ),
        ]


class StepCorrection(CaseAct):
    """``held_at``: the moment that held when it was drafted; the database writes it. Without ``corrected_at`` it is struck."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"step", "held_at", "corrected_at"}

    step = models.ForeignKey(
        WarrantStep, models.PROTECT, related_name="corrections", verbose_name=_("step of the warrant")
    )
    held_at = models.DateTimeField(_("moment that held until then"))
    corrected_at = models.DateTimeField(_("moment, as corrected"), null=True)
    reason = EncryptedTextField(_("how it is known"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("step_correction"),
            one_draft("one_step_correction_draft"),
            models.CheckConstraint(
                condition=models.Q(corrected_at=None) | ~models.Q(corrected_at=models.F("held_at")),
                name="step_correction_corrects",
            ),
        ]

    @property
    def mend(self) -> StepMend:
        """What is put right."""
        return StepMend.MOMENT if self.corrected_at else StepMend.STRUCK
