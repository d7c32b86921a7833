"""The self-reliance plan (自立支援計画): that an institution was asked for it, what it was told, its drafts, and what it sent."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.placement.models import PlacementDecision
from cases.records.models import UNKNOWN, Case
from cases.reliance.codes import ChildAnswer
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import EncryptedCodeField, EncryptedDateField


class RelianceFile(models.Model):
    """That an institution writes the plans of a child placed there: from when, until when. No content.

    ``center`` is the office of the case, which the institution cannot read there. ``first_by`` is until when its first plan is
    accepted. A trigger sets ``ended_at`` when the placement ends or the child has come somewhere else; the case can end it too.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "case", "decision", "center", "institution", "opened_by", "opened_at", "first_by", "ended_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    decision = models.ForeignKey(
        PlacementDecision, models.PROTECT, related_name="+", verbose_name=_("decision on the placement")
    )
    center = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("child guidance center")
    )
    institution = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("institution"))
    opened_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    opened_at = models.DateTimeField(_("asked at"))
    first_by = models.DateTimeField(_("first plan until"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-opened_at", "-id"]
        indexes = [
            # The few children for whom an institution writes a plan now, for its home page.
            models.Index(
                fields=["institution"], condition=models.Q(ended_at=None), name="reliance_at_institution"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(ended_at=None), name="one_reliance_file"
            ),
        ]

    def key_scope(self) -> Scope:
        """The key of what center and institution both read: its own, so that the institution never holds that of the case."""
        return Scope("reliance", self.pk)


class OfFile(SealedModel):
    """Base of what both sides read, sealed under the key of the file."""

    OF_FILE_CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "case", "file"})

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    file = models.ForeignKey(
        RelianceFile, models.PROTECT, related_name="+", verbose_name=_("request for a self-reliance plan")
    )

    class Meta:
        abstract = True

    def key_scope(self) -> Scope:
        return Scope("reliance", self.file_id)


class RelianceTold(OfFile):
    """What the center tells the institution: who the child is, and of the support guideline what the plan rests on. Written once;
    the latest counts."""

    CLEAR: ClassVar[frozenset[str]] = OfFile.OF_FILE_CLEAR | {"written_by", "written_at"}
    CHILD: ClassVar[tuple[str, ...]] = (
        "family_name", "given_name", "family_kana", "given_kana", "birth_date",
    )  # fmt: skip
    TOLD: ClassVar[tuple[str, ...]] = ("guideline", "care", "in_charge")

    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))
    family_name = EncryptedTextField(_("family name"))
    given_name = EncryptedTextField(_("given name"))
    family_kana = EncryptedTextField(_("family name in katakana"))
    given_kana = EncryptedTextField(_("given name in katakana"))
    birth_date = EncryptedDateField(_("birth date"), unknown=UNKNOWN)
    guideline = EncryptedTextField(_("what the support guideline says"))
    care = EncryptedTextField(_("points of care"), null=True)
    in_charge = EncryptedTextField(_("in charge at the center, with telephone"))

    class Meta:
        app_label = "cases"
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["file", "-written_at"], name="reliance_told_latest")]


class PlanFacts(models.Model):
    """The sheet (自立支援計画票). ``goals`` and ``results`` are JSON lists (``queries.Aim``, ``guidelines.queries.Result``); the
    results are those of the goals of the plan that was accepted before."""

    TEXTS: ClassVar[tuple[str, ...]] = (
        "child_wish", "custodians_wish", "opinions", "consulted", "needs", "policy", "for_child", "made_by",
    )  # fmt: skip
    TOLD: ClassVar[tuple[str, ...]] = ("told_on", "told_how", "child_answer", "child_said", "head")
    """What has to be there before it is sent."""
    CONTENT: ClassVar[tuple[str, ...]] = ("review_on", *TEXTS, "goals", "results", *TOLD)

    review_on = models.DateField(_("to be reviewed on"))
    child_wish = EncryptedTextField(_("the child's wish"))
    custodians_wish = EncryptedTextField(_("wish of the custodians"), null=True)
    opinions = EncryptedTextField(_("opinions of others"), null=True)
    consulted = EncryptedTextField(_("consulted with the center"), null=True)
    needs = EncryptedTextField(_("needs"))
    policy = EncryptedTextField(_("policy of the support"))
    goals = EncryptedTextField(_("goals"))
    results = EncryptedTextField(_("what became of the goals before"), null=True)
    for_child = EncryptedTextField(_("the plan in words for the child"))
    made_by = EncryptedTextField(_("made by"))
    told_on = EncryptedDateField(_("explained to the child on"), null=True)
    told_how = EncryptedTextField(_("who explained it, and how"), null=True)
    child_answer = EncryptedCodeField(ChildAnswer, _("the child's answer"), null=True)
    child_said = EncryptedTextField(_("what the child said to it"), null=True)
    head = EncryptedTextField(_("head of the institution"), null=True)

    class Meta:
        abstract = True


class RelianceDraft(SealedModel, PlanFacts):
    """The plan as the institution works on it, sealed under a key that the center does not hold. One for each version; once that
    version is sent it does not change. ``saves`` counts how often it was saved."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "case", "file", "version", "review_on", "saves", "saved_by", "saved_at"}
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    file = models.ForeignKey(
        RelianceFile, models.PROTECT, related_name="+", verbose_name=_("request for a self-reliance plan")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    saves = models.PositiveIntegerField(_("times saved"), default=1)
    saved_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("saved by"))
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        app_label = "cases"
        ordering = ["-version", "id"]
        constraints = [models.UniqueConstraint(fields=["file", "version"], name="one_reliance_draft")]

    def key_scope(self) -> Scope:
        return Scope("reliancedraft", self.file_id)


class ReliancePlan(OfFile, PlanFacts):
    """A version that the institution sent, and the center's answer: accepted, or asked back with a reason."""

    CLEAR: ClassVar[frozenset[str]] = OfFile.OF_FILE_CLEAR | {
        "version", "review_on", "sent_by", "sent_at", "accepted", "answered_by", "answered_at",
    }  # fmt: skip

    version = models.PositiveSmallIntegerField(_("version"))
    sent_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"))
    accepted = models.BooleanField(_("accepted"), null=True)
    answered_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    reason = EncryptedTextField(_("what the center asks back"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-version", "id"]
        indexes = [models.Index(fields=["case", "-sent_at"], name="reliance_plan_latest")]
        constraints = [
            models.UniqueConstraint(fields=["file", "version"], name="one_reliance_version"),
            models.UniqueConstraint(
                fields=["file"], condition=models.Q(accepted=None), name="one_reliance_plan_waits"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted=None, answered_at=None, answered_by=None)
                | models.Q(accepted__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
                name="reliance_plan_answered",
            ),
        ]
