"""One case that changes hands: from whom, to whom, on which day. Those made together are one batch."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.handover.codes import HandoverState, said
from cases.records.models import Case, Grant, OfCase
from security.encryption.fields import EncryptedTextField, SealedModel, words_of
from security.encryption.keyring import Scope
from security.encryption.typed import EncryptedCountsField


class Handover(OfCase):
    """Written by the wall alone, with the grants that make it true on its day. ``reference`` is the case's number: the receiver
    reads what is coming before the case is open to them."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "batch", "reference", "from_position", "to_position", "begins_at", "grant", "kept", "made_by",
        "made_at", "cancelled_by", "cancelled_at", "settled_at",
    }  # fmt: skip

    batch = models.UUIDField(_("made together with"))
    reference = models.CharField(_("case number"), max_length=40)
    from_position = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("handed over from")
    )
    to_position = models.ForeignKey(
        Position, models.PROTECT, related_name="+", verbose_name=_("handed over to")
    )
    begins_at = models.DateTimeField(_("begins at"))
    grant = models.ForeignKey(
        Grant, models.PROTECT, related_name="+", verbose_name=_("right as person in charge")
    )
    kept = models.ForeignKey(
        Grant, models.PROTECT, null=True, related_name="+", verbose_name=_("right as member of the team")
    )
    made_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("handed over by"))
    made_at = models.DateTimeField(_("made at"))
    cancelled_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("cancelled by")
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    settled_at = models.DateTimeField(_("duties passed on at"), null=True)
    note = EncryptedTextField(_("note for the receiver"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-made_at", "reference"]
        indexes = [
            models.Index(fields=["batch"], name="handover_batch"),
            models.Index(fields=["from_position", "-made_at"], name="handover_from"),
            models.Index(fields=["to_position", "-made_at"], name="handover_to"),
            models.Index(fields=["made_by", "-made_at"], name="handover_made"),
            # The few whose duties are still to be passed on.
            models.Index(
                fields=["begins_at"],
                condition=models.Q(settled_at=None, cancelled_at=None),
                name="handover_to_settle",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(settled_at=None, cancelled_at=None), name="one_handover"
            )
        ]

    @property
    def first_day(self) -> date:
        """The day from which the receiver is in charge; a hand-over of today begins within it."""
        return timezone.localdate(self.begins_at)

    def state_at(self, now: datetime) -> HandoverState:
        """Planned, done or cancelled."""
        if self.cancelled_at is not None:
            return HandoverState.CANCELLED
        return HandoverState.PLANNED if self.begins_at > now else HandoverState.DONE


class HandoverCount(SealedModel):
    """What was open on the case of a planned hand-over when it was counted, in numbers alone: under a key of the hand-over, which
    its receiver holds before the case is open to them. Counted again it is another row."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "handover", "case", "counted_at"})

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="counts", verbose_name=_("hand-over"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    counted_at = models.DateTimeField(_("counted at"))
    numbers = EncryptedCountsField(said, _("what is open"))

    class Meta:
        app_label = "cases"
        ordering = ["-counted_at", "id"]
        indexes = [models.Index(fields=["handover", "-counted_at"], name="handover_counted")]

    def key_scope(self) -> Scope:
        return Scope("handover", self.handover_id)

    @property
    def words(self) -> list[str]:
        """What was open, in words; of an older version what it wrote."""
        return words_of(self.numbers).splitlines()

    @property
    def counted_on(self) -> date:
        """The day on which it was counted."""
        return timezone.localdate(self.counted_at)
