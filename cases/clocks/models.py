"""One timed duty on one case, and what was told of it. Nothing in it is secret: a clock is dates and codes."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.codes import CONTACT_HOURS_MOST
from agencies.staff.models import Position
from cases.clocks.codes import BASIS, ENDS_WHEN, ClockKind, ClockState, ClockWarningStep
from cases.duties.codes import Watch
from cases.records.models import OfCase
from security.walls import clock

LONGEST = {
    ClockKind.SAFETY: timedelta(hours=48),
    ClockKind.CONTACT: timedelta(hours=CONTACT_HOURS_MOST),
    ClockKind.WARRANT: timedelta(days=7),
    ClockKind.CUSTODY_END: timedelta(days=62),
    ClockKind.WARRANT_REVIEW: timedelta(days=4),
    ClockKind.PLACEMENT_TERM: timedelta(days=731),
}
"""No row may be laxer than the source, or the longest an office may choose, whatever computed it; a stricter date is allowed.
The days of two months and of two years differ: the triggers ``custody_term`` and ``placement_term`` know how many they are."""


def _within_law() -> Any:
    allowed = models.Q()
    for kind, longest in LONGEST.items():
        allowed |= models.Q(
            kind=kind, due_at__gt=models.F("started_at"), due_at__lte=models.F("started_at") + longest
        )
    return allowed


class ClockQuerySet(models.QuerySet["Clock"]):
    """Clocks by what they still ask for."""

    def running(self) -> "ClockQuerySet":
        """Neither met nor ended."""
        return self.filter(met_at=None, ended_at=None)


class Clock(OfCase):
    """A duty with a date: started, due, and met or no longer needed."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "kind",
        "started_at",
        "due_at",
        "met_at",
        "met_by",
        "ended_at",
        "replaces",
    }

    kind = models.CharField(_("duty"), max_length=20, choices=ClockKind.choices)
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due"))
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # The limit that ran from a moment that was wrong.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    objects = ClockQuerySet.as_manager()

    class Meta:
        app_label = "cases"
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(met_at=None, ended_at=None),
                name="one_running_clock",
            ),
            models.CheckConstraint(condition=_within_law(), name="clock_within_law"),
        ]
        indexes = [
            models.Index(fields=["case", "due_at"], name="clock_due"),
            # A director's home page reads the running ones from the first that is due.
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(met_at=None, ended_at=None),
                name="clock_running",
            ),
        ]

    @property
    def state(self) -> ClockState:
        """Running, met, or ended without being needed any more."""
        if self.met_at is not None:
            return ClockState.MET
        return ClockState.RUNNING if self.ended_at is None else ClockState.ENDED

    @property
    def is_overdue(self) -> bool:
        """Running past its date."""
        return self.state is ClockState.RUNNING and self.due_at < clock.now()

    @property
    def basis(self) -> str:
        """The law or guideline the date comes from, and the office's stricter rule, in the reader's language."""
        basis, lasts = str(BASIS[ClockKind(self.kind)]), self.due_at - self.started_at
        if self.kind != ClockKind.SAFETY or lasts >= LONGEST[ClockKind.SAFETY]:
            return basis
        hours = lasts // timedelta(hours=1)
        return gettext("%(basis)s. Rule of this office: within %(hours)s hours") % {
            "basis": basis,
            "hours": hours,
        }

    @property
    def ends_when(self) -> str:
        """What has to be done, in the reader's language."""
        return str(ENDS_WHEN[ClockKind(self.kind)])


class ClockWarning(models.Model):
    """That a step of a clock was told. Only the database writes them (``wall.warn_clocks``), with the notices."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "clock", "step", "told_at"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="warnings", verbose_name=_("time limit"))
    step = models.CharField(_("who was told"), max_length=4, choices=ClockWarningStep.choices)
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        app_label = "cases"
        ordering = ["told_at", "id"]
        constraints = [models.UniqueConstraint(fields=["clock", "step"], name="clock_step_told_once")]


class ClockSweep(models.Model):
    """When the limits and when the duties were last watched: a row of each. Only the database writes it (``wall.note_sweep``)."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "swept_at"})

    id = models.PositiveSmallIntegerField(primary_key=True, default=Watch.LIMITS.value)
    swept_at = models.DateTimeField()

    class Meta:
        app_label = "cases"
        constraints = [
            models.CheckConstraint(condition=models.Q(id__in=Watch.values), name="one_sweep_of_each")
        ]
