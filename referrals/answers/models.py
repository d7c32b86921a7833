"""One answer of the police to a report. It stays as it was written; a correction is a further answer."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.records.models import Case
from face.codes import UnknownCode, stored_code
from referrals.answers.codes import ASKS_OF_THE_CENTER, BADGES, Step
from referrals.disclosures.models import Disclosure
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope


class Answer(SealedModel):
    """Written by an officer who may open the disclosure, sealed under the disclosure's key: both sides read it, nobody else.

    The case and the place among the answers (``number``) are written by the wall, the moment and the officer too.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "disclosure", "case", "number", "step", "corrects", "answered_by", "answered_at"}
    )

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="answers")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("number"))
    step = models.CharField(_("answer"), max_length=20, choices=Step.choices)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    answered_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"))
    section = EncryptedTextField(_("section in charge"))
    officer = EncryptedTextField(_("officer in charge"))
    police_number = EncryptedTextField(_("reference number of the police"))
    text = EncryptedTextField(_("text of the answer"))

    class Meta:
        app_label = "referrals"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "number"], name="answer_numbered"),
        ]
        indexes = [
            # The few that ask something of the sender, on the home pages of those who answer for the cases.
            models.Index(
                fields=["answered_at"],
                condition=models.Q(step__in=[step.value for step in ASKS_OF_THE_CENTER]),
                name="answer_asks",
            ),
        ]

    def key_scope(self) -> Scope:
        return Scope("disclosure", self.disclosure_id)

    @property
    def label(self) -> Step | UnknownCode:
        """The step, or what an older version wrote there."""
        return stored_code(Step, self.step)

    @property
    def badge(self) -> str:
        """The colour of the step."""
        return BADGES.get(Step(self.step), "neutral") if self.step in Step.values else "neutral"
