"""Offices by kind and their sections."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.directory.bounds import BOUNDS
from agencies.directory.numbers import OfficeNumbers


class OfficeKind(models.TextChoices):
    """The kinds of office that meet around a child. The codes are stable; what each may see depends on them."""

    CGC = "cgc", _("child guidance center")
    POLICE = "police", pgettext_lazy("kind of office", "police")
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


class PoliceDesk(models.TextChoices):
    """Which part of the police an office is. At a juvenile support center juvenile guidance officials work, who are no police
    officers: what a desk may be sent depends on it (``referrals.disclosures.codes.PaperKind``).
    """

    HONBU = "honbu", _("police headquarters")
    SHO = "sho", _("police station")
    SC = "sc", _("juvenile support center")


class Office(OfficeNumbers):
    """An office as the others know it: its name, where it is and whom to call. Nothing here is about a child.

    Its ``RULES`` are the numbers that it sets for itself (``OfficeNumbers``).
    """

    SELDOM: ClassVar[tuple[str, ...]] = OfficeNumbers.RULES
    """Left out where lists of rows are read together with the office of who wrote them (``face.together``)."""
    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "code", "kind", "police_desk", "name", "telephone", "address", "active", *OfficeNumbers.RULES}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("office code"), max_length=12, unique=True)
    kind = models.CharField(_("kind of office"), max_length=20, choices=OfficeKind.choices)
    police_desk = models.CharField(
        _("part of the police"),
        max_length=10,
        choices=PoliceDesk.choices,
        default="",
        db_default="",
        blank=True,
    )
    name = models.CharField(_("name"), max_length=120)
    telephone = models.CharField(_("telephone"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        app_label = "agencies"
        ordering = ["kind", "name"]
        constraints = [
            *BOUNDS,
            models.CheckConstraint(
                condition=models.Q(kind=OfficeKind.POLICE, police_desk__in=PoliceDesk.values)
                | (~models.Q(kind=OfficeKind.POLICE) & models.Q(police_desk="")),
                name="office_police_desk",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str | Promise:
        """The kind in words; of an office of the police, which part of it."""
        return PoliceDesk(self.police_desk).label if self.police_desk else OfficeKind(self.kind).label

    @property
    def seats(self) -> list[str]:
        """The boxes for approval by name."""
        return [seat for seat in self.approval_seats.split("、") if seat]


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
