"""Offices by kind and their sections."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class OfficeKind(models.TextChoices):
    """The kinds of office that meet around a child (DESIGN.md §3). The codes are stable; what each may see hangs on them."""

    CGC = "cgc", _("child guidance center")
    POLICE = "police", _("police juvenile support center")
    SCHOOL = "school", _("school")
    MEDICAL = "medical", _("medical institution")
    INSTITUTION = "institution", _("child welfare institution")
    FAMILY_CENTER = "family_center", _("child and family support center")
    RIGHTS = "rights", _("rights bureau")
    ADVISERS = "advisers", _("commissioned advisers")
    MUNICIPALITY = "municipality", _("municipality")
    PROSECUTOR = "prosecutor", _("prosecutor's office")
    ONE_STOP = "one_stop", _("one-stop support center")
    OVERSIGHT = "oversight", _("oversight")


class Office(models.Model):
    """An office as the others know it: its name, where it is and whom to call. Nothing here is about a child."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "code", "kind", "name", "telephone", "address", "active", "safety_hours"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("office code"), max_length=12, unique=True)
    kind = models.CharField(_("kind of office"), max_length=20, choices=OfficeKind.choices)
    name = models.CharField(_("name"), max_length=120)
    telephone = models.CharField(_("telephone"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)
    safety_hours = models.PositiveSmallIntegerField(
        _("hours until the child must have been seen"),
        default=48,
        help_text=_("48 at most, as the national guideline says; a stricter local rule may be set."),
    )

    class Meta:
        app_label = "agencies"
        ordering = ["kind", "name"]
        constraints = [
            # Guideline: within 48 hours of the notification; a prefecture may only be stricter (DOMAIN.md D1).
            models.CheckConstraint(
                condition=models.Q(safety_hours__gte=1, safety_hours__lte=48), name="safety_hours_stricter"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A section (係・課) of an office; the supervisor of a section has its cases in line."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office", "name"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="sections", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        app_label = "agencies"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="section_once")]

    def __str__(self) -> str:
        return self.name
