"""A diagnosis of one profession, and its findings, which are sealed apart from it."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.conferences.models import AgendaEntry
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.diagnoses.codes import BADGES, DiagnosisKind, DiagnosisState, SelfHarmThought
from cases.diagnoses.content import label_of
from cases.records.codes import Answer
from cases.records.models import OfCase
from cases.shelter.models import OfAdmission
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import EncryptedCodeField, EncryptedMomentField, EncryptedReasonsField


class Diagnosis(OfCase):
    """Asked for with a day on which it is due, written by its profession, and frozen once it is submitted (trigger
    ``diagnosis_stays``). A returned one stays too; the next ``replaces`` it. The approval of a comprehensive diagnosis that rests
    on it accepts it; it is superseded once the one that replaces it, or what that was written again as, is accepted.

    ``texts`` are those of its kind (``content.SECTIONS``) that the team reads. One that the facility wrote (``facility``) was
    asked for by nobody: its words are in the facility's own row, under the key of the stay.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "kind", "asked_by", "asked_at", "writer", "due_on", "begun_at", "submitted_at", "submitted_by", "returned_at",
        "returned_by", "accepted_at", "superseded_at", "replaces", "version", "facility",
    }  # fmt: skip

    kind = models.CharField(_("kind of diagnosis"), max_length=20, choices=DiagnosisKind.choices)
    asked_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked for at"))
    writer = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("asked of whom to write")
    )
    due_on = models.DateField(_("due on"))
    begun_at = models.DateTimeField(_("begun at"), null=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    submitted_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    returned_at = models.DateTimeField(_("returned at"), null=True)
    returned_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("returned by")
    )
    accepted_at = models.DateTimeField(_("accepted at the conference at"), null=True)
    superseded_at = models.DateTimeField(_("superseded at"), null=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("diagnosis it replaces")
    )
    version = models.PositiveIntegerField(default=1)
    facility = models.OneToOneField(
        "cases.FacilityDiagnosis",
        models.PROTECT,
        null=True,
        related_name="stands_as",
        verbose_name=_("what the facility wrote"),
    )
    question = EncryptedTextField(_("what is asked"), null=True)
    texts = EncryptedReasonsField(label_of, _("texts of the diagnosis"), null=True)
    self_harm = EncryptedCodeField(SelfHarmThought, _("thoughts of self-harm or suicide"), null=True)
    before_facts = EncryptedCodeField(Answer, _("seen before any interview on the facts"), null=True)
    said_words = EncryptedTextField(_("what the child said unasked"), null=True)
    said_at = EncryptedMomentField(_("when the child said it"), null=True)
    said_where = EncryptedTextField(_("where the child said it"), null=True)
    said_to = EncryptedTextField(_("to whom the child said it"), null=True)
    returned_why = EncryptedTextField(_("why it was returned"), null=True)

    SAID: ClassVar[tuple[str, ...]] = ("said_words", "said_at", "said_where", "said_to")
    CODES: ClassVar[tuple[str, ...]] = ("self_harm", "before_facts")
    WRITTEN: ClassVar[tuple[str, ...]] = ("texts", *CODES, *SAID)

    class Meta:
        app_label = "cases"
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["case", "-asked_at", "-id"], name="diagnosis_latest")]

    @property
    def known_kind(self) -> DiagnosisKind:
        """Its kind; a code that is unknown today is one of the others, which have no findings apart."""
        return DiagnosisKind(self.kind) if self.kind in DiagnosisKind.values else DiagnosisKind.OTHER

    @property
    def state(self) -> DiagnosisState:
        """Where it is, by its moments."""
        if self.superseded_at is not None:
            return DiagnosisState.SUPERSEDED
        if self.accepted_at is not None:
            return DiagnosisState.ACCEPTED
        if self.returned_at is not None:
            return DiagnosisState.RETURNED
        if self.submitted_at is not None:
            return DiagnosisState.SUBMITTED
        return DiagnosisState.PLANNED if self.begun_at is None else DiagnosisState.IN_PROGRESS

    @property
    def stands(self) -> bool:
        """Whether a comprehensive diagnosis can rest on it: submitted, and neither returned nor superseded."""
        return self.submitted_at is not None and self.returned_at is None and self.superseded_at is None

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.state]

    def findings_scope(self) -> Scope:
        """The key of its findings: its own, so that who holds the key of the case does not hold it."""
        return Scope("findings", self.pk)


class FacilityDiagnosis(OfAdmission):
    """The behavioural diagnosis (行動診断) of the facility where the child sleeps, sealed under the key of that stay: its staff
    write it and hold no key of the case, which reads it once it is submitted. Frozen then (trigger ``b_stays``), it stands among
    the diagnoses of the case (trigger ``stands``). A returned one stays; the next is a row of its own.
    """

    CLEAR: ClassVar[frozenset[str]] = OfAdmission.OF_ADMISSION_CLEAR | {
        "version", "submitted_at", "submitted_by", "returned_at",
    }  # fmt: skip

    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    submitted_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    returned_at = models.DateTimeField(_("returned at"), null=True)
    texts = EncryptedReasonsField(label_of, _("texts of the diagnosis"))
    said_words = EncryptedTextField(_("what the child said unasked"), null=True)
    said_at = EncryptedMomentField(_("when the child said it"), null=True)
    said_where = EncryptedTextField(_("where the child said it"), null=True)
    said_to = EncryptedTextField(_("to whom the child said it"), null=True)
    returned_why = EncryptedTextField(_("why it was returned"), null=True)

    WRITTEN: ClassVar[tuple[str, ...]] = ("texts", *Diagnosis.SAID)

    class Meta:
        app_label = "cases"
        ordering = ["-written_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["admission"], condition=models.Q(returned_at=None), name="one_facility_diagnosis"
            ),
        ]


class Findings(SealedModel):
    """What a psychologist or a doctor found: read by psychologists of this case's team alone, or by its doctor, the person in
    charge and the supervisor. ``tests`` is a JSON list of scores by instrument, with nothing of the items."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "case", "diagnosis"})

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    diagnosis = models.OneToOneField(
        Diagnosis, models.PROTECT, related_name="findings", verbose_name=_("diagnosis")
    )
    found = EncryptedReasonsField(label_of, _("findings"))
    tests = EncryptedTextField(_("test scores"), null=True)

    class Meta:
        app_label = "cases"

    def key_scope(self) -> Scope:
        return Scope("findings", self.diagnosis_id)


class Judgement(CaseAct):
    """The comprehensive diagnosis (判定) of an assessment conference: drafted by those who draft decisions, decided by the
    director or a delegate. ``rests_on`` are the diagnoses that its approval accepts."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"entry", "rests_on"}
    TEXTS: ClassVar[tuple[str, ...]] = (
        "needs", "view", "dissent", "dissent_who", "support", "child_said", "custodians_said", "open_questions",
    )  # fmt: skip

    entry = models.ForeignKey(
        AgendaEntry, models.PROTECT, related_name="+", verbose_name=_("item of the agenda")
    )
    rests_on: Any = ArrayField(models.UUIDField(), default=list, verbose_name=_("diagnoses it rests on"))
    needs = EncryptedTextField(_("problem and needs"))
    view = EncryptedTextField(_("view that was reached"))
    dissent = EncryptedTextField(_("dissent"), null=True)
    dissent_who = EncryptedTextField(_("whose dissent"), null=True)
    support = EncryptedTextField(_("proposed support"))
    child_said = EncryptedTextField(_("the child's view"))
    custodians_said = EncryptedTextField(_("the custodians' views"))
    open_questions = EncryptedTextField(_("open questions"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("judgement"), one_draft("one_judgement_draft")]
