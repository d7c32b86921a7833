"""What is written of a receipt on the first day, and how it ended if no case was accepted."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.intake.codes import ReceiptKind, Sign, UrgencyItem
from cases.receipts.codes import (
    Abuse,
    Abuser,
    Consultation,
    Grade,
    Harm,
    IncidentBand,
    Outcome,
    SuspectRelation,
)
from cases.records.codes import Answer
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedCodesField, EncryptedMomentField


class ReceiptFacts(OfCase):
    """What statistics count of a receipt, and the facts of the first hour. A correction is a further row; the latest holds.

    NULL is not filled in yet; what was not a code on the first day is lost for the statistics.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"notification", "recorded_by", "recorded_at"}

    notification = models.ForeignKey("cases.Notification", models.PROTECT, related_name="facts")
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    kind = EncryptedCodeField(ReceiptKind, _("kind of receipt"))
    consultation = EncryptedCodeField(Consultation, _("kind of consultation"), null=True)
    abuse = EncryptedCodeField(Abuse, _("main kind of abuse"), null=True)
    abuse_more = EncryptedCodesField(Abuse, _("further kinds of abuse"), null=True)
    abuser = EncryptedCodeField(Abuser, _("who mainly abuses"), null=True)
    harm = EncryptedCodeField(Harm, _("harm by a third party"), null=True)
    suspect_relation = EncryptedCodeField(SuspectRelation, _("what the suspect is to the child"), null=True)
    grade = EncryptedCodeField(Grade, _("school or work"), null=True)
    # The answers to the urgency sheet that hold from here on. ``applies`` is NULL in a row from before both were written: it adds
    # what does not apply to what the notification says.
    applies = EncryptedCodesField(UrgencyItem, _("items that apply"), null=True)
    ruled_out = EncryptedCodesField(UrgencyItem, _("items that do not apply"), null=True)
    # NULL in a row from before they could be ticked: what the notification says holds.
    signs = EncryptedCodesField(Sign, _("signs ticked on the urgency sheet"), null=True)
    incident_band = EncryptedCodeField(IncidentBand, _("last incident"), null=True)
    incident_at = EncryptedMomentField(_("when exactly"), null=True)
    with_suspect = EncryptedCodeField(Answer, _("lives with the suspect"), null=True)
    leaves_at = EncryptedMomentField(_("when the child leaves where it is now"), null=True)
    others = EncryptedTextField(_("other children there"), null=True)
    known_there = EncryptedTextField(_("who knows of it there"), null=True)
    can_be_met = EncryptedCodeField(Answer, _("can be met there"), null=True)
    interpreter = EncryptedTextField(_("interpreter or other help to be understood"), null=True)

    FACTS: ClassVar[tuple[str, ...]] = (
        "consultation", "abuse", "abuse_more", "abuser", "harm", "suspect_relation", "grade", "applies", "ruled_out",
        "signs", "incident_band", "incident_at", "with_suspect", "leaves_at", "others", "known_there", "can_be_met",
        "interpreter",
    )  # fmt: skip

    ANSWERS: ClassVar[tuple[str, ...]] = ("applies", "ruled_out", "signs")
    """Of these an empty list is an answer, too."""

    class Meta:
        app_label = "cases"
        ordering = ["recorded_at", "id"]


class ReceiptOutcome(CaseAct):
    """How a receipt ends that is not accepted: drafted by one, decided by the supervisor or the director."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"notification"}

    notification = models.ForeignKey("cases.Notification", models.PROTECT, related_name="outcomes")
    outcome = EncryptedCodeField(Outcome, _("outcome"))
    reason = EncryptedTextField(_("reason"))
    advice = EncryptedTextField(_("what was advised, and to whom"), null=True)
    handed_to = EncryptedTextField(_("to which agency, to whom and when"), null=True)
    other_number = EncryptedTextField(_("number of the other case"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("receipt"),
            models.UniqueConstraint(
                fields=["notification"],
                condition=models.Q(decided_at=None, taken_back_at=None),
                name="one_receipt_draft",
            ),
            models.UniqueConstraint(
                fields=["notification"], condition=models.Q(approved=True), name="one_receipt_outcome"
            ),
        ]


class ReceivedCorrection(CaseAct):
    """That a receipt came at another moment than it was written with: drafted by one, decided by the supervisor or the director.

    ``held_at``: the moment that held when it was drafted; the database writes it. ``corrected_at``: the right one.
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"notification", "held_at", "corrected_at"}

    notification = models.ForeignKey("cases.Notification", models.PROTECT, related_name="corrections")
    held_at = models.DateTimeField(_("received at, as written"))
    corrected_at = models.DateTimeField(_("received at, as corrected"))
    reason = EncryptedTextField(_("how the right moment is known"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [
            *act_constraints("received_correction"),
            one_draft("one_received_correction_draft", "notification"),
            models.CheckConstraint(
                condition=~models.Q(corrected_at=models.F("held_at")), name="received_correction_corrects"
            ),
        ]
