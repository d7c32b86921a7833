"""Whatever goes to a police office: the disclosure, its package of named items, its envelope, and who may open it."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.decisions.codes import State
from cases.decisions.models import CaseAct, act_constraints
from cases.records.codes import Urgency
from cases.records.models import Case
from referrals.consent.codes import Purpose
from referrals.consent.models import ExceptionRequest, Intention
from referrals.disclosures.codes import Ending, Kind, PaperKind, paper_label
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope


def _paper_kind() -> "models.CharField[str, str]":
    """The kind of paper; "" for what was drafted before it was chosen."""
    choices = PaperKind.choices
    return models.CharField(
        _("kind of paper"), max_length=20, choices=choices, default="", db_default="", blank=True
    )


class Disclosure(CaseAct):
    """The row at the gate. It rests on exactly one basis: a confirmed intention or an approved exception.

    Whom the receiver may call (``contact``), the sending office and all moments are written by the wall.
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "kind", "paper_kind", "reference", "recipient", "purpose", "items", "intention", "exception", "urgency",
        "sender", "contact", "due_at", "sent_at", "ended_at", "ending",
    }  # fmt: skip

    kind = models.CharField(max_length=30, choices=Kind.choices)
    paper_kind = _paper_kind()
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    sender = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("sending office"))
    contact = models.CharField(_("whom to call"), max_length=240)
    recipient = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("recipient office")
    )
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices)
    items: Any = ArrayField(models.CharField(max_length=40), verbose_name=_("items"))
    urgency = models.CharField(_("urgency"), max_length=4, choices=Urgency.choices)
    due_at = models.DateTimeField(_("answer wanted by"))
    intention = models.ForeignKey(Intention, models.PROTECT, null=True, related_name="disclosures")
    exception = models.ForeignKey(ExceptionRequest, models.PROTECT, null=True, related_name="disclosures")
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=20, choices=Ending.choices, blank=True)

    class Meta:
        app_label = "referrals"
        ordering = ["-drafted_at"]
        constraints = [
            *act_constraints("disclosure"),
            models.UniqueConstraint(
                fields=["case", "recipient"], condition=models.Q(ended_at=None), name="one_open_report"
            ),
            models.CheckConstraint(
                condition=models.Q(intention=None, exception__isnull=False)
                | models.Q(intention__isnull=False, exception=None),
                name="disclosure_one_basis",
            ),
            models.CheckConstraint(
                # A CHECK lets NULL through: "approved" alone would let an undecided draft be sent.
                condition=models.Q(sent_at=None) | models.Q(approved__isnull=False, approved=True),
                name="disclosure_sent_approved",
            ),
        ]
        indexes = [
            # The desk of the receiving office: what is in hand by when it is due, and what has ended.
            models.Index(
                fields=["recipient", "due_at", "id"],
                condition=models.Q(sent_at__isnull=False, ended_at=None),
                name="disclosure_in_hand",
            ),
            models.Index(
                fields=["recipient", "-ended_at", "-id"],
                condition=models.Q(sent_at__isnull=False, ended_at__isnull=False),
                name="disclosure_ended",
            ),
        ]

    def is_over_at(self, now: datetime) -> bool:
        """Whether it was closed, or its basis has run out."""
        return not self.is_open_at(now)

    @property
    def paper_label(self) -> str | Promise:
        """The kind of paper in words."""
        return paper_label(self.paper_kind)

    @property
    def state_label(self) -> str | Promise:
        """The state in words: how it ended, or that it is on its way."""
        if self.state is State.ENDED:
            return Ending(self.ending or Ending.EXPIRED).label
        return _("sent") if self.sent_at is not None else super().state_label

    @property
    def basis(self) -> Intention | ExceptionRequest:
        """The confirmation or the exception it rests on."""
        found = self.intention or self.exception
        if found is None:
            raise ValueError("a disclosure without a basis cannot be stored")
        return found

    def is_open_at(self, now: datetime) -> bool:
        """Draft or sent, not closed, and its basis has not run out (which no job has to notice first)."""
        return self.ended_at is None and not self.is_expired_at(now)

    def is_expired_at(self, now: datetime) -> bool:
        """Whether the basis ran out by time."""
        basis = self.basis
        return (basis.valid_until if isinstance(basis, Intention) else basis.expires_at) <= now


class PackageItem(SealedModel):
    """One item of a disclosure's package, sealed under the disclosure's own key."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "disclosure", "case", "item"})

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="package")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    item = models.CharField(max_length=40)
    content = EncryptedTextField(_("content"))

    class Meta:
        app_label = "referrals"
        constraints = [models.UniqueConstraint(fields=["disclosure", "item"], name="item_once")]

    def key_scope(self) -> Scope:
        return Scope("disclosure", self.disclosure_id)


class Envelope(models.Model):
    """What arrives at the receiving office's desk: no case content, and what remains there after a withdrawal.

    Written by the wall alone. Whether it is closed is asked of the disclosure (``queries.envelopes_at_desk``), so that a
    withdrawal never has to write here and never waits for a person at that desk.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "disclosure", "reference", "kind", "paper_kind", "sender", "contact", "recipient", "urgency"}
        | {
            "due_at",
            "sent_at",
            "taken_by",
            "taken_at",
            "open_by",
            "opened_at",
            "warned_at",
            "printed_at",
            "answered_at",
        }
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.OneToOneField(Disclosure, models.PROTECT, related_name="envelope")
    reference = models.CharField(max_length=20)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    paper_kind = _paper_kind()
    sender = models.ForeignKey(Office, models.PROTECT, related_name="+")
    contact = models.CharField(max_length=240)
    recipient = models.ForeignKey(Office, models.PROTECT, related_name="+")
    urgency = models.CharField(max_length=4, choices=Urgency.choices)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    taken_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    # By when it is to be opened (the sending office's rule when it was sent), when it was, and when it was told that it was not;
    # when an officer printed it first; when the police answered first.
    open_by = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    printed_at = models.DateTimeField(_("printed at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        app_label = "referrals"
        ordering = ["-sent_at"]
        indexes = [
            models.Index(fields=["open_by"], condition=models.Q(opened_at=None), name="envelope_unopened"),
        ]

    @property
    def paper_label(self) -> str | Promise:
        """The kind of paper in words."""
        return paper_label(self.paper_kind)


class Assignment(models.Model):
    """An officer who may open a disclosure. Written by the wall alone."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "disclosure", "position", "assigned_by", "assigned_at", "ended_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="assignments")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "referrals"
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "position"], condition=models.Q(ended_at=None), name="assigned_once"
            ),
        ]
