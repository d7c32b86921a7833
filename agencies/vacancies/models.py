"""What institutions say of themselves: open beds by unit, and their psychotherapists. Nothing here is of a child."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from agencies.vacancies.codes import (
    HOURS_MOST,
    MOST_BEDS,
    OLDEST,
    Facility,
    Need,
    Qualification,
    Takes,
)
from face.codes import UnknownCode, stored_code


class Unit(models.Model):
    """One unit of an institution on the vacancy board (空床一覧). Its institution keeps it up to date.

    ``version`` goes up by one with every change, and so does a confirmation that nothing has changed. A trigger stamps
    ``updated_at`` and ``updated_by``. A unit that was withdrawn is on no board any more.
    """

    TOLD: ClassVar[tuple[str, ...]] = (
        "name", "facility", "takes", "age_from", "age_to", "beds", "free_from", "cannot", "contact_hours",
    )  # fmt: skip
    """What the institution writes."""
    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "office", *TOLD, "version", "updated_by", "updated_at", "withdrawn_by", "withdrawn_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("institution"))
    name = models.CharField(_("unit"), max_length=40)
    facility = models.CharField(_("kind of institution"), max_length=20, choices=Facility.choices)
    takes = models.CharField(_("whom it takes"), max_length=10, choices=Takes.choices)
    age_from = models.PositiveSmallIntegerField(_("youngest age"))
    age_to = models.PositiveSmallIntegerField(_("oldest age"))
    beds = models.PositiveSmallIntegerField(_("open beds"))
    free_from = models.DateField(_("free from"), null=True)
    cannot = ArrayField(models.CharField(max_length=20), verbose_name=_("cannot take"), default=list)
    contact_hours = models.CharField(_("contact hours"), max_length=80)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("updated by"))
    updated_at = models.DateTimeField(_("updated at"))
    withdrawn_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        app_label = "agencies"
        ordering = ["office__name", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"], condition=models.Q(withdrawn_at=None), name="unit_once"
            ),
            models.CheckConstraint(
                condition=models.Q(age_from__lte=models.F("age_to"), age_to__lte=OLDEST, beds__lte=MOST_BEDS),
                name="unit_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(cannot__contained_by=Need.values), name="unit_cannot_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def facility_label(self) -> Facility | UnknownCode:
        """What kind of institution, or what an older version wrote there."""
        return stored_code(Facility, self.facility)

    @property
    def takes_label(self) -> Takes | UnknownCode:
        """Whom it takes, the same way."""
        return stored_code(Takes, self.takes)

    @property
    def cannot_labels(self) -> list[Need | UnknownCode]:
        """What it cannot take, in the order of the codes."""
        known = [need for need in Need if need.value in self.cannot]
        return [*known, *(UnknownCode(code) for code in self.cannot if code not in Need.values)]


class Therapist(models.Model):
    """A psychotherapist in post at an institution (心理療法担当職員): from when, and until when once the post has ended."""

    TOLD: ClassVar[tuple[str, ...]] = ("name", "post", "hours", "qualification", "from_on")
    """What is written when the post begins."""
    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office", *TOLD, "until_on", "kept_by", "kept_at"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("institution"))
    name = models.CharField(_("name"), max_length=80)
    post = models.CharField(_("post"), max_length=40)
    hours = models.PositiveSmallIntegerField(_("hours a week"))
    qualification = models.CharField(_("qualification"), max_length=20, choices=Qualification.choices)
    from_on = models.DateField(_("in post from"))
    until_on = models.DateField(_("in post until"), null=True)
    kept_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    kept_at = models.DateTimeField(_("entered at"))

    class Meta:
        app_label = "agencies"
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hours__gte=1, hours__lte=HOURS_MOST)
                & (models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on"))),
                name="therapist_in_bounds",
            ),
        ]
        indexes = [models.Index(fields=["office", "from_on"], name="therapist_of_office")]

    @property
    def qualification_label(self) -> Qualification | UnknownCode:
        """The qualification, or what an older version wrote there."""
        return stored_code(Qualification, self.qualification)


class TherapyNeed(models.Model):
    """How many people at an institution were found to need psychotherapy on a day. A row never changes; the latest counts."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "office", "facility", "people", "counted_on", "kept_by", "kept_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("institution"))
    facility = models.CharField(_("kind of institution"), max_length=20, choices=Facility.choices)
    people = models.PositiveSmallIntegerField(_("people in need of psychotherapy"))
    counted_on = models.DateField(_("counted on"))
    kept_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    kept_at = models.DateTimeField(_("entered at"))

    class Meta:
        app_label = "agencies"
        ordering = ["-kept_at", "-id"]
        indexes = [models.Index(fields=["office", "-kept_at"], name="therapy_need_latest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(people__lte=MOST_BEDS), name="therapy_need_in_bounds"),
        ]

    @property
    def facility_label(self) -> Facility | UnknownCode:
        """What kind of institution, or what an older version wrote there."""
        return stored_code(Facility, self.facility)
