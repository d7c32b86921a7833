"""What the facility where a child sleeps in temporary custody must know, and what it writes."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office, Section
from agencies.staff.models import Position
from cases.custody.models import CustodyDecision
from cases.records.codes import Answer, Sex
from cases.records.models import UNKNOWN, Case, OfCase
from cases.shelter.codes import LeaveStep, SelfHarm, Shift
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import EncryptedCodeField, EncryptedDateField, EncryptedMomentField


class Admission(models.Model):
    """That a child in custody sleeps at a facility: where, from when, until when. No content.

    A facility is an office, or one section of it. Its staff read the rows below until the hours after ``left_at`` are over that
    their office sets for finishing the log. Triggers set ``left_at`` when custody ends or the child is moved.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "case", "start", "office", "section", "admitted_at", "sent_by", "sent_at", "left_at"}
    )

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    start = models.ForeignKey(CustodyDecision, models.PROTECT, related_name="admissions")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("facility"))
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, related_name="+", verbose_name=_("section")
    )
    admitted_at = models.DateTimeField(_("admitted at"))
    sent_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"))
    left_at = models.DateTimeField(_("left the facility at"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-sent_at", "-id"]
        indexes = [
            # The few children who sleep at a facility now, for its home page.
            models.Index(fields=["office"], condition=models.Q(left_at=None), name="admission_here"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(left_at=None), name="one_admission"),
        ]

    def key_scope(self) -> Scope:
        """The key of everything that is written of this stay: its own, so that the facility never holds the key of the case."""
        return Scope("shelter", self.pk)

    def lasts_at(self, now: datetime) -> bool:
        """Whether the child sleeps there, or is expected."""
        return self.left_at is None or self.left_at > now


class OfAdmission(SealedModel):
    """Base of everything that is written of one stay, sealed under the key of that stay. Written once; a correction is a row."""

    OF_ADMISSION_CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "case", "admission", "written_by", "written_at"}
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    admission = models.ForeignKey(
        Admission, models.PROTECT, related_name="+", verbose_name=_("stay at the facility")
    )
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        abstract = True

    def key_scope(self) -> Scope:
        return Scope("shelter", self.admission_id)


class CareFacts(models.Model):
    """The first half of the admission sheet (一時保護連絡票): who the child is, and what the place where it sleeps must know."""

    family_name = EncryptedTextField(_("family name"))
    given_name = EncryptedTextField(_("given name"))
    family_kana = EncryptedTextField(_("family name in katakana"))
    given_kana = EncryptedTextField(_("given name in katakana"))
    sex = EncryptedCodeField(Sex, _("sex"))
    birth_date = EncryptedDateField(_("birth date"), unknown=UNKNOWN)
    called = EncryptedTextField(_("name the child is called by"), null=True)
    allergy = EncryptedCodeField(Answer, _("allergy"))
    allergies = EncryptedTextField(_("what the child is allergic to"), null=True)
    medicine = EncryptedTextField(_("medicine"), null=True)
    illness = EncryptedTextField(_("illness and disability"), null=True)
    period = EncryptedTextField(_("menstruation"), null=True)
    self_harm = EncryptedCodeField(SelfHarm, _("danger of self-harm"))
    danger = EncryptedTextField(_("other dangers"), null=True)
    may_come = EncryptedTextField(_("who may call or come"))
    must_not_come = EncryptedTextField(_("who must not call or come"), null=True)
    not_to_ask = EncryptedTextField(_("what the child must not be asked"))

    CHILD: ClassVar[tuple[str, ...]] = (
        "family_name", "given_name", "family_kana", "given_kana", "sex", "birth_date",
    )  # fmt: skip
    CARE: ClassVar[tuple[str, ...]] = (
        "called", "allergy", "allergies", "medicine", "illness", "period", "self_harm", "danger", "may_come", "must_not_come",
        "not_to_ask",
    )  # fmt: skip

    class Meta:
        abstract = True


class CareSheet(OfAdmission, CareFacts):
    """The same for a facility with a desk of its own, sealed under the key of the stay. The latest counts."""

    CLEAR: ClassVar[frozenset[str]] = OfAdmission.OF_ADMISSION_CLEAR

    class Meta:
        app_label = "cases"
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["admission", "-written_at"], name="care_sheet_latest")]


class PlaceSheet(OfCase, CareFacts):
    """The same for a place that has no account here: it gets it on paper, so it is sealed under the key of the case. Written
    once; the latest of a custody counts."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"start", "written_by", "written_at"}

    start = models.ForeignKey(
        CustodyDecision, models.PROTECT, related_name="place_sheets", verbose_name=_("start of custody")
    )
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        app_label = "cases"
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["case", "-written_at"], name="place_sheet_latest")]


class Arrival(OfAdmission):
    """The second half of the admission sheet, completed by the facility. The latest counts."""

    CLEAR: ClassVar[frozenset[str]] = OfAdmission.OF_ADMISSION_CLEAR

    condition = EncryptedTextField(_("how the child arrived"))
    body_check = EncryptedCodeField(Answer, _("body check on admission"))
    checked_by = EncryptedTextField(_("who did the body check"), null=True)
    same_sex = EncryptedCodeField(Answer, _("by a person of the same sex"), null=True)
    injuries = EncryptedTextField(_("injuries that were seen"), null=True)
    rights_note = EncryptedCodeField(Answer, _("children's rights notebook given"))
    opinion_box = EncryptedCodeField(Answer, _("opinion box shown"))
    belongings = EncryptedTextField(_("belongings that are kept"), null=True)

    FACTS: ClassVar[tuple[str, ...]] = (
        "condition", "body_check", "checked_by", "same_sex", "injuries", "rights_note", "opinion_box", "belongings",
    )  # fmt: skip

    class Meta:
        app_label = "cases"
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["admission", "-written_at"], name="arrival_latest")]


class ShiftEntry(OfAdmission):
    """One author's entry of a shift (日誌) on one child. What the child said stands by itself, word for word.

    One that is corrected is named by a further entry (``corrects``). ``tells_of_harm``: the child told of harm unasked.
    """

    CLEAR: ClassVar[frozenset[str]] = OfAdmission.OF_ADMISSION_CLEAR | {"corrects"}

    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name=_("entry it corrects")
    )
    day = EncryptedDateField(_("day of the shift"))
    shift = EncryptedCodeField(Shift, _("shift"))
    life = EncryptedTextField(_("how the child was"))
    remarks = EncryptedTextField(_("what the child said, word for word"), null=True)
    tells_of_harm = EncryptedCodeField(Answer, _("whether the child told of harm"))
    incidents = EncryptedTextField(_("incidents"), null=True)
    handed_on = EncryptedTextField(_("handed on to the next shift"), null=True)

    FACTS: ClassVar[tuple[str, ...]] = (
        "day", "shift", "life", "remarks", "tells_of_harm", "incidents", "handed_on",
    )  # fmt: skip

    class Meta:
        app_label = "cases"
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["admission", "-written_at"], name="shift_entry_latest")]


class Leaving(OfAdmission):
    """One step of what is written of a child who left without leave (無断外出). The first is that it was noticed (``first`` is
    NULL); each further one names it. Steps never change. The step is clear, so that the database keeps their order."""

    CLEAR: ClassVar[frozenset[str]] = OfAdmission.OF_ADMISSION_CLEAR | {"first", "step"}

    first = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="further", verbose_name=_("when it was noticed")
    )
    step = models.CharField(_("step"), max_length=10, choices=LeaveStep.choices)
    happened_at = EncryptedMomentField(_("when"))
    who = EncryptedTextField(_("who noticed it, was told, or found the child"))
    words = EncryptedTextField(_("what is known"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["case", "written_at"], name="leaving_of_case")]


class GivenBack(OfAdmission):
    """Belongings that were given back: which, to whom, and who signed for them."""

    CLEAR: ClassVar[frozenset[str]] = OfAdmission.OF_ADMISSION_CLEAR

    items = EncryptedTextField(_("belongings given back"))
    given_at = EncryptedMomentField(_("given back at"))
    to = EncryptedTextField(_("given back to"))
    signed_by = EncryptedTextField(_("signed by"))

    class Meta:
        app_label = "cases"
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["admission", "written_at"], name="given_back_of_stay")]
