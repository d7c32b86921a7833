"""One answer of the police to a report. It stays as it was written; a correction is a further answer."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.records.models import Case
from face.codes import UnknownCode, stored_code
from referrals.answers.codes import ASKS_OF_THE_CENTER, BADGES, SAID_BADGES, Says, Step, Why
from referrals.disclosures.models import Disclosure
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import EncryptedCodeField


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

    said: "Sequence[AnswerWord]" = ()
    """What the center said to it, in its order, where a query has read it."""

    def key_scope(self) -> Scope:
        return Scope("disclosure", self.disclosure_id)

    @property
    def last_said(self) -> str:
        """The code of what the center said last; "" where it has said nothing."""
        return self.said[-1].says if self.said else ""

    @property
    def is_accepted(self) -> bool:
        """Whether the center has accepted it."""
        return self.last_said == Says.ACCEPTED

    @property
    def is_asked_back(self) -> bool:
        """Whether the center has asked back and not accepted it since."""
        return self.last_said == Says.ASKED_BACK

    @property
    def label(self) -> Step | UnknownCode:
        """The step, or what an older version wrote there."""
        return stored_code(Step, self.step)

    @property
    def badge(self) -> str:
        """The colour of the step."""
        return BADGES.get(Step(self.step), "neutral") if self.step in Step.values else "neutral"


class AnswerWord(SealedModel):
    """That the center accepts an answer of the police, or asks back and why. It never changes; both sides read it.

    Sealed under the disclosure's key like the answer. The case, the moment and who said it are written by the wall.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "answer", "disclosure", "case", "says", "said_by", "said_at"}
    )

    answer = models.ForeignKey(
        Answer, models.PROTECT, related_name="words", verbose_name=_("answer of the police")
    )
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    says = models.CharField(_("what the center says"), max_length=20, choices=Says.choices)
    said_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("said by"))
    said_at = models.DateTimeField(_("said at"))
    why = EncryptedCodeField(Why, _("why it is asked back"), null=True)
    question = EncryptedTextField(_("what is asked"), null=True)

    class Meta:
        app_label = "referrals"
        ordering = ["said_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "says"], name="answer_said_once"),
            models.CheckConstraint(
                condition=models.Q(says=Says.ACCEPTED, why__isnull=True, question__isnull=True)
                | models.Q(says=Says.ASKED_BACK, why__isnull=False, question__isnull=False),
                name="asked_back_says_why",
            ),
        ]

    def key_scope(self) -> Scope:
        return Scope("disclosure", self.disclosure_id)

    @property
    def label(self) -> Says | UnknownCode:
        """What it says, or what an older version wrote there."""
        return stored_code(Says, self.says)

    @property
    def badge(self) -> str:
        """The colour of that."""
        return SAID_BADGES.get(Says(self.says), "neutral") if self.says in Says.values else "neutral"
