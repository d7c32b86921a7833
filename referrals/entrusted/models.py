"""A plan that another office gives: what it is told, what it asks and sends back, and the sessions that it keeps for itself."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.counseling.codes import GoalState, goal_label
from cases.counseling.models import CounselingPlan
from cases.records.models import Case, OfCase
from cases.sessions.codes import Attendance
from face.codes import UnknownCode, stored_code
from referrals.disclosures.codes import Item
from referrals.disclosures.models import Disclosure
from referrals.entrusted.codes import (
    BADGES,
    OVER,
    RETURN_BADGES,
    Basis,
    EntrustState,
    NamingReason,
    ReturnKind,
    ReturnState,
)
from security.encryption.fields import EncryptedTextField, SealedModel
from security.encryption.keyring import Scope
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedMomentField,
    EncryptedStatesField,
)


class Entrusted(OfCase):
    """That a plan was entrusted to one position of another office, and how far it is. What it is told is in the items.

    The sealed columns are under the key of the case: the other office reads none of them. ``goal_codes`` are those of the plan's
    goals, without their texts; ``disclosure`` is that of a police office, whose package holds the items then. ``report_by`` and
    ``review_by`` are until when that office owes attendance with two lines, and its review; None: nothing is owed. The center,
    whom to call (``contact``) and every moment are written by the wall.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "plan", "reference", "center", "contact", "office", "provider", "disclosure", "goal_codes", "state",
        "sent_by", "sent_at", "answer_by", "opened_at", "answered_at", "ended_at", "report_by", "review_by",
    }  # fmt: skip

    plan = models.ForeignKey(
        CounselingPlan, models.PROTECT, related_name="+", verbose_name=_("counseling plan")
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    center = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("child guidance center")
    )
    contact = models.CharField(_("whom to call"), max_length=240)
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("other office that gives the help")
    )
    provider = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("who gives the help there")
    )
    disclosure = models.ForeignKey(
        Disclosure, models.PROTECT, null=True, related_name="+", verbose_name=_("disclosure")
    )
    goal_codes: Any = ArrayField(models.CharField(max_length=20), verbose_name=_("which goals it has"))
    state = models.CharField(
        _("state"), max_length=20, choices=EntrustState.choices, default=EntrustState.SENT
    )
    sent_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"))
    answer_by = models.DateTimeField(_("answer by"))
    opened_at = models.DateTimeField(_("first read at"), null=True)
    answered_at = models.DateTimeField(_("accepted or declined at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    report_by = models.DateTimeField(_("attendance and two lines wanted by"), null=True)
    review_by = models.DateTimeField(_("review wanted by"), null=True)
    basis = EncryptedCodeField(Basis, _("on what it is told"))
    child_words = EncryptedTextField(_("what the child says to it being told there"))
    not_told = EncryptedCodesField(Item, _("what the child does not want told there"))

    class Meta:
        app_label = "referrals"
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(ended_at=None), name="one_open_entrusted"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, state__in=[s for s in EntrustState if s not in OVER])
                | models.Q(ended_at__isnull=False, state__in=OVER),
                name="entrusted_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-sent_at"], name="entrusted_of_case"),
            models.Index(fields=["provider", "-sent_at"], name="entrusted_of_provider"),
            models.Index(
                fields=["office", "-sent_at"],
                condition=models.Q(ended_at=None),
                name="entrusted_of_office",
            ),
            # The few with a question, for the home pages of the center: a line of many cases asks of each row.
            models.Index(
                fields=["sent_at"],
                condition=models.Q(state=EntrustState.ASKED_BACK),
                name="entrusted_asked_back",
            ),
        ]

    def shared_scope(self) -> Scope:
        """The key of what the two offices tell each other."""
        return Scope("entrusted", self.pk)

    def notes_scope(self) -> Scope:
        """The key of what the other office keeps for itself."""
        return Scope("entrustnote", self.pk)

    @property
    def state_label(self) -> EntrustState | UnknownCode:
        """How far it is, or what an older version wrote there."""
        return stored_code(EntrustState, self.state)

    @property
    def badge(self) -> str:
        """The colour of that."""
        known = self.state in EntrustState.values
        return BADGES[EntrustState(self.state)] if known else "neutral"

    @property
    def wanted_by(self) -> datetime | None:
        """Until when the other office owes something next: its answer, attendance or its review; None: nothing by a day."""
        if self.state == EntrustState.SENT:
            return self.answer_by
        return min((at for at in (self.report_by, self.review_by) if at is not None), default=None)

    def is_late_at(self, now: datetime) -> bool:
        """Whether that day has passed."""
        return self.wanted_by is not None and self.wanted_by <= now


class EntrustedNaming(models.Model):
    """That the head of the other office named another person of it to give the help (``provider``), instead of whom (``before``,
    written by the wall), and why. By this row alone the person of an entrusted plan changes (trigger ``y_named``)."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "entrusted", "before", "provider", "why", "named_by", "named_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entrusted = models.ForeignKey(
        Entrusted, models.PROTECT, related_name="namings", verbose_name=_("entrusted plan")
    )
    before = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("who gave the help before")
    )
    provider = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("who gives the help there")
    )
    why = models.CharField(_("why another person is named"), max_length=20, choices=NamingReason.choices)
    named_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("named by"))
    named_at = models.DateTimeField(_("named at"))

    class Meta:
        app_label = "referrals"
        ordering = ["named_at", "id"]
        indexes = [models.Index(fields=["entrusted", "named_at"], name="entrusted_naming_of")]

    @property
    def why_label(self) -> NamingReason | UnknownCode:
        """Why, or what an older version wrote there."""
        return stored_code(NamingReason, self.why)


class Shared(SealedModel):
    """Base of what the two offices tell each other of one entrusted plan, under a key of its own."""

    SHARED_CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "case", "entrusted"})

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    entrusted = models.ForeignKey(
        Entrusted, models.PROTECT, related_name="+", verbose_name=_("entrusted plan")
    )

    class Meta:
        abstract = True

    def key_scope(self) -> Scope:
        return Scope("entrusted", self.entrusted_id)


class EntrustedItem(Shared):
    """One item that the other office is told."""

    CLEAR: ClassVar[frozenset[str]] = Shared.SHARED_CLEAR | {"item"}

    item = models.CharField(max_length=40)
    content = EncryptedTextField(_("content"))

    class Meta:
        app_label = "referrals"
        constraints = [models.UniqueConstraint(fields=["entrusted", "item"], name="entrusted_item_once")]


class EntrustedWord(Shared):
    """A question of the other office, why it declines, or the center's answer. The wall says which of the two wrote it."""

    CLEAR: ClassVar[frozenset[str]] = Shared.SHARED_CLEAR | {"from_center", "written_by", "written_at"}

    from_center = models.BooleanField(_("written by the center"))
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))
    text = EncryptedTextField(_("question or answer"))

    class Meta:
        app_label = "referrals"
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["entrusted", "written_at"], name="entrusted_word_of")]


class EntrustedReturn(Shared):
    """What the other office sends back: attendance with two lines, a sign of danger, a review, the end report.

    The center accepts it or asks back; sent anew it is a further row, which ``corrects`` the one asked back.
    """

    CLEAR: ClassVar[frozenset[str]] = Shared.SHARED_CLEAR | {
        "kind", "state", "corrects", "written_by", "written_at", "read_by", "read_at",
    }  # fmt: skip
    FACTS: ClassVar[tuple[str, ...]] = ("happened_at", "attendance", "summary", "goal_states")

    kind = models.CharField(_("what was sent back"), max_length=20, choices=ReturnKind.choices)
    state = models.CharField(_("state"), max_length=20, choices=ReturnState.choices, default=ReturnState.SENT)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("sent anew for")
    )
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))
    read_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("accepted or asked back by")
    )
    read_at = models.DateTimeField(_("accepted or asked back at"), null=True)
    happened_at = EncryptedMomentField(_("when it was"))
    attendance = EncryptedCodeField(Attendance, _("attendance"), null=True)
    summary = EncryptedTextField(_("what is told of it"))
    goal_states = EncryptedStatesField(GoalState, goal_label, _("how far each goal is"), null=True)
    question = EncryptedTextField(_("what is asked back"), null=True)

    class Meta:
        app_label = "referrals"
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["entrusted", "-written_at"], name="entrusted_return_of")]

    @property
    def state_label(self) -> ReturnState | UnknownCode:
        """What the center said to it, or what an older version wrote there."""
        return stored_code(ReturnState, self.state)

    @property
    def kind_label(self) -> ReturnKind | UnknownCode:
        """What it is, the same way."""
        return stored_code(ReturnKind, self.kind)

    @property
    def is_danger(self) -> bool:
        """Whether it is a sign of danger."""
        return self.kind == ReturnKind.DANGER

    @property
    def badge(self) -> str:
        """The colour of the state."""
        known = self.state in ReturnState.values
        return RETURN_BADGES[ReturnState(self.state)] if known else "neutral"


class EntrustedSession(SealedModel):
    """A session that the other office keeps: planned for a time, and recorded once. The center never reads it.

    It is sealed under a key that the other office made, and read by the position that gives the help alone.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "entrusted", "planned_for", "planned_by", "planned_at", "recorded_at"}
    )
    WRITTEN: ClassVar[tuple[str, ...]] = ("attendance", "note")

    entrusted = models.ForeignKey(
        Entrusted, models.PROTECT, related_name="+", verbose_name=_("entrusted plan")
    )
    planned_for = models.DateTimeField(_("planned for"))
    planned_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("planned by"))
    planned_at = models.DateTimeField(_("planned at"))
    recorded_at = models.DateTimeField(_("recorded at"), null=True)
    attendance = EncryptedCodeField(Attendance, _("attendance"), null=True)
    note = EncryptedTextField(_("note that stays at this office"), null=True)

    class Meta:
        app_label = "referrals"
        ordering = ["-planned_for", "-id"]
        indexes = [models.Index(fields=["entrusted", "-planned_for"], name="entrusted_session_of")]

    def key_scope(self) -> Scope:
        return Scope("entrustnote", self.entrusted_id)
