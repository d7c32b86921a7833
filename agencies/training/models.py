"""Who is trained to interview a child, until when. Nothing here is of a child."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position, Staff
from agencies.training.codes import BADGES, REVIEWED_WITHIN_YEARS, SOON, Course, Standing
from security.walls import clock


class Training(models.Model):
    """One certificate. It never changes: a later peer review is a further row, and a row that was wrong is withdrawn."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "staff", "course", "certified_on", "expires_on", "peer_review_on"}
        | {"kept_by", "kept_at", "withdrawn_by", "withdrawn_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("person"))
    course = models.CharField(_("course"), max_length=20, choices=Course.choices)
    certified_on = models.DateField(_("certified on"))
    expires_on = models.DateField(_("valid until"))
    peer_review_on = models.DateField(_("last peer review"), null=True)
    kept_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    kept_at = models.DateTimeField(_("entered at"))
    withdrawn_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        app_label = "agencies"
        ordering = ["staff__kana", "-certified_on", "-id"]
        indexes = [models.Index(fields=["staff", "-expires_on"], name="training_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on__gt=models.F("certified_on"))
                & (models.Q(peer_review_on=None) | models.Q(peer_review_on__gte=models.F("certified_on"))),
                name="training_days_in_order",
            )
        ]

    @property
    def valid_until(self) -> date:
        """The last day on which its holder may interview: the certificate's, or the one by which a review was due."""
        reviewed = max(self.certified_on, self.peer_review_on or self.certified_on)
        return min(self.expires_on, years_after(reviewed, REVIEWED_WITHIN_YEARS))

    @property
    def standing(self) -> Standing:
        """What it is worth today."""
        if self.withdrawn_at is not None:
            return Standing.WITHDRAWN
        left = self.valid_until - clock.today()
        if left.days < 0:
            return Standing.OVER
        return Standing.ENDING if left <= SOON else Standing.VALID

    @property
    def badge(self) -> str:
        """The colour of that."""
        return BADGES[self.standing]


def years_after(day: date, years: int) -> date:
    """The same day so many years later; after 29 February the 28th, as the database counts."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
