"""Who takes which training, and until when the certificate holds. Nothing here is of a child."""

import uuid
from calendar import monthrange
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from agencies.directory.codes import INTERVIEW_YEARS_MOST, PEER_REVIEW_MONTHS_MOST
from agencies.staff.models import Position, Staff
from agencies.training.codes import BADGES, INTERVIEW, SOON, Course, Standing
from security.walls import clock


class Training(models.Model):
    """One course of one person, as far as it was when the row was entered. A row never changes.

    What comes later (applied for, attended, certified, reviewed by peers) is a further row that ``follows`` it, and a row that
    was wrong is withdrawn.
    """

    TOLD: ClassVar[tuple[str, ...]] = (
        "provider", "starts_on", "ends_on", "hours_lecture", "hours_practice", "applied_on", "attended",
        "certified_on", "certificate_no", "expires_on", "peer_review_on", "evidence",
    )  # fmt: skip
    """What a further row begins with."""
    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "staff", "course", "follows", *TOLD, "kept_by", "kept_at", "withdrawn_by", "withdrawn_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("person"))
    course = models.CharField(_("course"), max_length=20, choices=Course.choices)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="later", verbose_name=_("earlier row")
    )
    provider = models.CharField(_("provider"), max_length=80, default="", db_default="")
    starts_on = models.DateField(_("first day"), null=True)
    ends_on = models.DateField(_("last day"), null=True)
    hours_lecture = models.PositiveSmallIntegerField(_("hours of lectures"), null=True)
    hours_practice = models.PositiveSmallIntegerField(_("hours of practice"), null=True)
    applied_on = models.DateField(_("applied on"), null=True)
    attended = models.BooleanField(_("attended"), default=False, db_default=False)
    certified_on = models.DateField(_("certified on"), null=True)
    certificate_no = models.CharField(
        _("number of the certificate"), max_length=40, default="", db_default=""
    )
    expires_on = models.DateField(_("valid until"), null=True)
    peer_review_on = models.DateField(_("last peer review"), null=True)
    evidence = models.CharField(_("who keeps the evidence"), max_length=80, default="", db_default="")
    kept_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    kept_at = models.DateTimeField(_("entered at"))
    withdrawn_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        app_label = "agencies"
        ordering = ["staff__kana", "-certified_on", "-id"]
        indexes = [
            models.Index(fields=["staff", "-expires_on"], name="training_of_person"),
            models.Index(fields=["certified_on"], name="training_of_year"),
            models.Index(fields=["starts_on"], name="training_held_in_year"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on=None)
                | models.Q(certified_on__isnull=False, expires_on__gt=models.F("certified_on")),
                name="training_ends_later",
            ),
            models.CheckConstraint(
                condition=models.Q(peer_review_on=None)
                | models.Q(certified_on__isnull=False, peer_review_on__gte=models.F("certified_on")),
                name="training_reviewed_later",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None)
                | models.Q(starts_on__isnull=False, ends_on__gte=models.F("starts_on")),
                name="training_held_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(certified_on=None)
                | models.Q(certified_on__gte=models.F("starts_on")),
                name="training_certified_later",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=False) | models.Q(certified_on__isnull=False),
                name="training_has_a_day",
            ),
            models.UniqueConstraint(
                fields=["follows"], condition=models.Q(withdrawn_at=None), name="one_later_training"
            ),
        ]

    @property
    def interviews(self) -> bool:
        """Whether it trains to interview a child, by the stricter rule."""
        return self.course in INTERVIEW

    @property
    def valid_until(self) -> date | None:
        """The last day on which it holds: the certificate's, the last of the years for which the person's offices take it, or the
        one by which a peer review is due there. None: no end. ``wall.is_trained`` says the same."""
        if self.certified_on is None or self.expires_on is None or not self.interviews:
            return self.expires_on
        years, months = self.terms
        reviewed = max(self.certified_on, self.peer_review_on or self.certified_on)
        return min(
            self.expires_on, months_after(self.certified_on, 12 * years), months_after(reviewed, months)
        )

    @property
    def terms(self) -> tuple[int, int]:
        """For how many years a certificate is taken, and within how many months a review comes, where the person works."""
        if self._state.adding:
            return INTERVIEW_YEARS_MOST, PEER_REVIEW_MONTHS_MOST
        if hasattr(self, "term_years"):  # read together with the rows: ``queries.with_terms``
            found = {"years": self.term_years, "months": getattr(self, "term_months", None)}
        else:
            held = Position.objects.current(clock.today()).filter(staff=self.staff_id)
            found = held.aggregate(
                years=Min("office__interview_years"), months=Min("office__peer_review_months")
            )
        return found["years"] or INTERVIEW_YEARS_MOST, found["months"] or PEER_REVIEW_MONTHS_MOST

    def holds_on(self, day: date) -> bool:
        """Whether it was certified by that day, has not run out, and was not withdrawn."""
        if self.certified_on is None or self.withdrawn_at is not None or day < self.certified_on:
            return False
        return self.valid_until is None or day <= self.valid_until

    @property
    def standing(self) -> Standing:
        """How far it is, or what it is worth, today."""
        if self.withdrawn_at is not None:
            return Standing.WITHDRAWN
        if self.certified_on is None:
            if self.attended:
                return Standing.ATTENDED
            return Standing.APPLIED if self.applied_on else Standing.PLANNED
        if self.valid_until is None:
            return Standing.VALID
        left = self.valid_until - clock.today()
        if left.days < 0:
            return Standing.OVER
        return Standing.ENDING if left <= SOON else Standing.VALID

    @property
    def badge(self) -> str:
        """The colour of that."""
        return BADGES[self.standing]

    @property
    def hours(self) -> int | None:
        """How long it took, lectures and practice together; None where neither was entered."""
        known = [one for one in (self.hours_lecture, self.hours_practice) if one is not None]
        return sum(known) if known else None

    @property
    def goes_on(self) -> bool:
        """Whether something can come after it: a certificate, or to interview a peer review."""
        return self.withdrawn_at is None and (self.certified_on is None or self.interviews)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where that month is shorter its last, as the database counts."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
