"""One visit or interview: planned for a time, held or cancelled."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.records.models import OfCase
from cases.visits.codes import BADGES, Seen, VisitKind, VisitState
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField


class Visit(OfCase):
    """What was planned stays; how it was held, or why it was cancelled, is written once (trigger ``visit_stays``)."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "planned_for", "planned_by", "planned_at", "held_at", "ended_by", "ended_at",
    }  # fmt: skip

    planned_for = models.DateTimeField(_("planned for"))
    planned_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("planned by"))
    planned_at = models.DateTimeField(_("planned at"))
    held_at = models.DateTimeField(_("held at"), null=True)
    ended_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    ended_at = models.DateTimeField(_("recorded at"), null=True)
    kind = EncryptedCodeField(VisitKind, _("kind of visit"))
    place = EncryptedTextField(_("where"))
    who = EncryptedTextField(_("who is met"))
    seen = EncryptedCodeField(Seen, _("whether the child was seen"), null=True)
    result = EncryptedTextField(_("result, or why it was cancelled"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-planned_for", "-id"]
        indexes = [
            # The few that are to be held, on the home pages of those who planned them.
            models.Index(
                fields=["planned_by", "planned_for"], condition=models.Q(ended_at=None), name="visit_planned"
            ),
        ]

    @property
    def state(self) -> VisitState:
        """Planned, held or cancelled."""
        if self.ended_at is None:
            return VisitState.PLANNED
        return VisitState.CANCELLED if self.held_at is None else VisitState.HELD

    @property
    def badge(self) -> str:
        """The colour of the state."""
        return BADGES[self.state]
