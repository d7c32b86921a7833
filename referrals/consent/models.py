"""The child's word about the police, and the exceptions law or age force. What the gate needs is clear, the words are not."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import Label
from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.wordings.codes import Band
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.records.codes import Answer
from cases.records.models import Case, OfCase
from referrals.consent.codes import OLDER_VERSIONS, Ground, Means, Purpose, Result, Understood
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedCodesField, EncryptedReasonsField
from security.walls import clock


def _label_of(code: str) -> str:
    """The catalogue's heading of an item's code."""
    from referrals.consent.queries import labels_of

    return labels_of([code])[0]


class IntentionQuerySet(models.QuerySet["Intention"]):
    """Confirmations by what they still allow."""

    def in_force(self) -> "IntentionQuerySet":
        """The newest answer for each recipient and purpose, as long as it was not withdrawn; it may have expired."""
        return self.filter(superseded_at=None, withdrawn_at=None)


class Intention(OfCase):
    """One confirmation of the child's intention: to whom, what for, which items, until when, and in the child's own words.

    A record that was written down wrongly stays, and a later one ``corrects`` it and says why (``correction``).
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "result", "recipient", "purpose", "items", "refused_items", "valid_until", "asked_at", "recorded_by", "recorded_at",
        "wording_version", "superseded_at", "withdrawn_at", "withdrawn_by", "corrects", "understood",
    }  # fmt: skip

    result = models.CharField(_("the child's answer"), max_length=20, choices=Result.choices)
    recipient = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("recipient office")
    )
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices)
    items: Any = ArrayField(models.CharField(max_length=40), verbose_name=_("items the child agrees to"))
    refused_items: Any = ArrayField(
        models.CharField(max_length=40), verbose_name=_("items the child does not want told")
    )
    valid_until = models.DateTimeField(_("valid until"))
    asked_at = models.DateTimeField(_("asked at"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    wording_version = models.CharField(_("version of the explanation"), max_length=20)
    superseded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    asked_by = EncryptedTextField(_("who asked"))
    place = EncryptedTextField(_("where"))
    explanation = EncryptedTextField(_("how it was explained"))
    words = EncryptedTextField(_("the child's own words"))
    understanding = EncryptedTextField(_("age and understanding"))
    advocate = EncryptedTextField(_("advocate present"))
    withdrawal_reason = EncryptedTextField(_("reason of the withdrawal"), null=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    correction = EncryptedTextField(_("what was recorded wrongly"), null=True)
    # Whether the child understood all four; the gate asks this column. None: recorded before it was asked (ADR 79).
    understood = models.BooleanField(_("the child understood all four"), null=True)
    understood_who = EncryptedCodeField(Answer, _("understood to whom it goes"), null=True)
    understood_what = EncryptedCodeField(Answer, _("understood what may happen then"), null=True)
    understood_stop = EncryptedCodeField(Answer, _("understood that it can stop"), null=True)
    understood_told = EncryptedCodeField(Answer, _("understood who else may come to know"), null=True)
    band = EncryptedCodeField(Band, _("text for the age"), null=True)
    band_reason = EncryptedTextField(_("why another text than that for the age"), null=True)
    wording = EncryptedTextField(_("text that was read out"), null=True)
    interpreter = EncryptedTextField(_("interpreter"), null=True)
    language = EncryptedTextField(_("language"), null=True)
    means = EncryptedCodesField(Means, _("what helped the child to answer"), null=True)
    by_suspect_side = EncryptedCodeField(Answer, _("asked by the side of the suspect"), null=True)
    in_suspect_home = EncryptedCodeField(Answer, _("asked in the home of the suspect"), null=True)

    objects = IntentionQuerySet.as_manager()

    class Meta:
        app_label = "referrals"
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "recipient", "purpose"],
                condition=models.Q(superseded_at=None, withdrawn_at=None),
                name="one_intention_in_force",
            ),
            models.CheckConstraint(
                condition=~models.Q(items__overlap=models.F("refused_items")), name="intention_yes_or_no"
            ),
        ]

    @property
    def is_understood(self) -> bool:
        """Whether the child understood what it wishes, as far as it was asked with that version of the text."""
        return self.wording_version in OLDER_VERSIONS if self.understood is None else self.understood

    @property
    def parts_understood(self) -> list[tuple[Any, Any]]:
        """What the child was to understand, each with whether it did."""
        return [(part.label, getattr(self, part.column)) for part in Understood]

    def is_active_at(self, now: datetime) -> bool:
        """Whether it opens the door now. Expiry needs no job."""
        return self.state_at(now) == "active"

    @property
    def state(self) -> str:
        """:meth:`state_at` this moment, for templates."""
        return self.state_at(clock.now())

    def state_at(self, now: datetime) -> str:
        """What has become of it: withdrawn, superseded, expired, active; or no_wish for an answer that opens nothing."""
        if self.is_withdrawn:
            return "withdrawn"
        if self.superseded_at is not None:
            return "superseded"
        if self.result != Result.WISHES or not self.is_understood:
            return "no_wish"
        return "active" if self.valid_until > now else "expired"

    @cached_property
    def is_withdrawn(self) -> bool:
        """Whether it was withdrawn, also where the withdrawal could not yet be written on this row (:class:`Withdrawal`)."""
        return self.taken_back_at is not None

    @property
    def taken_back_at(self) -> datetime | None:
        """When the child took it back: as written on this row, or on the withdrawal that is still to be written here."""
        return self.withdrawn_at or (self._unsettled.withdrawn_at if self._unsettled else None)

    @property
    def taken_back_by(self) -> Position | None:
        """Who recorded that."""
        return self.withdrawn_by or (self._unsettled.withdrawn_by if self._unsettled else None)

    @cached_property
    def _unsettled(self) -> "Withdrawal | None":
        # A list of answers has asked for all of them whether there is one (``queries.intentions_of``).
        if not getattr(self, "unsettled", True):
            return None
        found = sorted(self.withdrawals.all(), key=lambda row: (row.withdrawn_at, row.pk))
        return found[0] if found else None


class Withdrawal(models.Model):
    """The child takes a confirmation back: a row of its own, since adding one waits for no lock (ADR 15).

    From its commit on nothing can be read or sent on that confirmation. The wall alone writes it.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "case", "intention", "withdrawn_at", "withdrawn_by"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No constraint: its check would lock the other row, which another transaction may hold.
    case = models.ForeignKey(Case, models.DO_NOTHING, related_name="+", db_constraint=False)
    intention = models.ForeignKey(
        Intention, models.DO_NOTHING, related_name="withdrawals", db_constraint=False
    )
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Position, models.DO_NOTHING, related_name="+", db_constraint=False)

    class Meta:
        app_label = "referrals"


class ExceptionRequest(CaseAct):
    """A requested, and perhaps approved, exception to the child's intention: typed ground, written reason, single use, expiry."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {
        "ground", "recipient", "purpose", "items", "despite_items", "expires_at", "spent_at", "spent_on",
    }  # fmt: skip

    ground = models.CharField(_("ground"), max_length=20, choices=Ground.choices)
    recipient = models.ForeignKey(
        Office, models.PROTECT, related_name="+", verbose_name=_("recipient office")
    )
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices)
    items: Any = ArrayField(models.CharField(max_length=40), verbose_name=_("items"))
    # Those of the items that the child does not want told; ``despite`` says of each why it is told all the same.
    despite_items: Any = ArrayField(
        models.CharField(max_length=40), default=list, verbose_name=_("items told against the child's wish")
    )
    expires_at = models.DateTimeField(_("expires at"))
    spent_at = models.DateTimeField(null=True)
    spent_on = models.UUIDField(null=True)
    reason = EncryptedTextField(_("reason"))
    condition = EncryptedTextField(_("age or condition"), null=True)
    despite = EncryptedReasonsField(_label_of, _("why they are told against the child's wish"), null=True)

    class Meta:
        app_label = "referrals"
        ordering = ["-drafted_at"]
        constraints = [
            *act_constraints("exception"),
            one_draft("one_exception_draft", "recipient", "purpose"),
        ]
        indexes = [
            # The few that wait, on the home pages of the person who decides them.
            models.Index(
                fields=["drafted_at"], condition=models.Q(decided_at=None), name="exception_waiting"
            ),
        ]

    def is_over_at(self, now: datetime) -> bool:
        """Whether it was used, or ran out after its approval."""
        return bool(self.approved) and not self.is_usable_at(now)

    @property
    def is_usable(self) -> bool:
        """:meth:`is_usable_at` this moment, for templates."""
        return self.is_usable_at(clock.now())

    @property
    def article(self) -> Label:
        """The article on which its ground rests; "" for one that no law names, or of an older version."""
        return Ground(self.ground).basis.article if self.ground in Ground.values else ""

    def is_usable_at(self, now: datetime) -> bool:
        """Approved, unspent and not expired."""
        return bool(self.approved) and self.spent_at is None and self.expires_at > now
