"""People, the positions they hold, their passwords, and who may decide in a director's place."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office, PoliceDesk, Section
from agencies.staff.roles import CONFIRMED_ROLES, Permission, Role
from security.walls import clock


class StaffManager(BaseUserManager["Staff"]):
    """Django's user manager: people are found by their user name."""


class Staff(AbstractBaseUser):
    """A person with an account. What they may do depends on the position they act in, never on the person."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "username",
            "name",
            "kana",
            "email",
            "is_active",
            "is_superuser",
            "credential_stamp",
            "password_renewed_at",
        }
    )

    # The password hash lives in Credential, which the application's database role cannot read.
    password = None  # type: ignore[assignment]  # Django removes an inherited field by None
    last_login = None  # sign-ins are in the access log

    SELDOM: ClassVar[tuple[str, ...]] = (
        "username", "kana", "email", "is_superuser", "credential_stamp", "password_renewed_at",
    )  # fmt: skip
    """Left out where lists of rows are read together with who wrote them (``face.together``)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        _("user name"), max_length=60, unique=True, error_messages={"unique": _("This user name is taken.")}
    )
    name = models.CharField(_("name"), max_length=80)
    kana = models.CharField(_("name in kana"), max_length=80, blank=True)
    email = models.EmailField(_("mail address of the office"), blank=True)
    is_active = models.BooleanField(_("account in use"), default=True)
    is_superuser = models.BooleanField(default=False, editable=False)
    credential_stamp = models.UUIDField(default=uuid.uuid4, editable=False)
    # When an administrator last gave the person another password; the gate writes it.
    password_renewed_at = models.DateTimeField(null=True, editable=False)

    objects = StaffManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        app_label = "agencies"
        ordering = ["kana", "username"]
        constraints = [
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="nobody_is_superuser"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Changes with the password, without reading it: ends the sessions begun under the old one."""
        return salted_hmac("agencies.Staff", str(self.credential_stamp), algorithm="sha256").hexdigest()


class Credential(models.Model):
    """A password hash (Argon2id), readable by the sign-in gate alone."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"staff", "password", "must_change", "changed_at"})

    staff = models.OneToOneField(Staff, models.CASCADE, primary_key=True)
    password = models.CharField(max_length=256)
    must_change = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "agencies"


class PositionQuerySet(models.QuerySet["Position"]):
    """Positions by what they are on a day. ``wall.position_holds`` decides the same in the database."""

    def current(self, today: date) -> "PositionQuerySet":
        """Positions that are held today and in effect, of people whose account is in use."""
        return self.filter(
            models.Q(ends_on=None) | models.Q(ends_on__gte=today),
            models.Q(confirmed_at__isnull=False) | ~models.Q(role__in=CONFIRMED_ROLES),
            starts_on__lte=today,
            staff__is_active=True,
        )

    def waiting(self, today: date) -> "PositionQuerySet":
        """Positions that wait for their confirmation and are not over."""
        not_over = models.Q(ends_on=None) | models.Q(ends_on__gte=today)
        return self.filter(not_over, role__in=CONFIRMED_ROLES, confirmed_at=None, refused_at=None)


class Position(models.Model):
    """A person in a role at an office, from a day to a day. Grants belong to it and end with it.

    For sessions of the application the database itself fills in who added it and who decided on it, and when.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "staff",
            "office",
            "section",
            "role",
            "starts_on",
            "ends_on",
            "added_by",
            "added_at",
            "decided_by",
            "confirmed_at",
            "refused_at",
            "refusal",
            "left_behind",
        }
    )

    SELDOM: ClassVar[tuple[str, ...]] = (
        "added_by", "added_at", "decided_by", "refused_at", "refusal", "left_behind",
    )  # fmt: skip
    """As of a person: how the position came about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="positions", verbose_name=_("person"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="positions", verbose_name=_("office"))
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="positions", verbose_name=_("section")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    added_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("reason for the refusal"), max_length=200, blank=True)
    left_behind = models.CharField(
        _("why it ends before its work is handed over"), max_length=500, blank=True, db_default=""
    )

    objects = PositionQuerySet.as_manager()

    class Meta:
        app_label = "agencies"
        ordering = ["staff__kana", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="position_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(refused_at=None, refusal="")
                | (models.Q(refused_at__isnull=False, confirmed_at=None) & ~models.Q(refusal="")),
                name="position_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(name)s (%(where)s, %(role)s)") % {
            "name": self.staff.name,
            "where": self.office.name,
            "role": self.get_role_display(),
        }

    @property
    def is_current(self) -> bool:
        """:meth:`is_current_on` today, for templates."""
        return self.is_current_on(clock.today())

    def is_current_on(self, today: date) -> bool:
        """Whether the position is held on this day and in effect, by a person whose account is in use."""
        begun = self.starts_on <= today and (self.ends_on is None or self.ends_on >= today)
        return begun and self.is_in_effect and self.staff.is_active

    @property
    def is_in_effect(self) -> bool:
        """Whether it needs no confirmation, or has it."""
        return self.confirmed_at is not None or Role(self.role) not in CONFIRMED_ROLES

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be confirmed or refused."""
        return not self.is_in_effect and self.refused_at is None

    @property
    def role_label(self) -> str:
        """The role's title in the reader's language."""
        return str(Role(self.role).label)

    @property
    def role_description(self) -> str:
        """What the role may do, in a sentence."""
        return str(Role(self.role).profile.description)

    def may(self, permission: Permission) -> bool:
        """Whether the position's role has ``permission``. A stored role that the code does not know raises ValueError.

        Victims are supported at a juvenile support center, and at no other office of the police.
        """
        has = Role(self.role).may(permission)
        return has and (permission is not Permission.KEEP_SUPPORT or self.office.police_desk == PoliceDesk.SC)


class TwoPersonAct(models.Model):
    """Base of every grave act: one person drafts it, another decides (起案 → 決裁).

    The people are compared, not the positions: the person who holds two positions is still one person. For sessions of the
    application the database itself fills in who drafted and who decided (``wall.sign_act``).
    """

    drafted_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    drafted_person = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, related_name="+")
    decided_person = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True, blank=True)

    SIGNED: ClassVar[tuple[str, ...]] = ("decided_by", "decided_person", "decided_at", "approved")

    TWO_PERSON_CLEAR: ClassVar[frozenset[str]] = frozenset(
        {
            "drafted_by",
            "drafted_person",
            "drafted_at",
            "decided_by",
            "decided_person",
            "decided_at",
            "approved",
        }
    )

    class Meta:
        abstract = True

    @property
    def is_decided(self) -> bool:
        """Whether it was approved or sent back."""
        return self.decided_at is not None

    def draft_as(self, by: Position, now: datetime) -> None:
        """Sign as the drafter."""
        self.drafted_by, self.drafted_person, self.drafted_at = by, by.staff, now

    def decide_as(self, by: Position, now: datetime, *, approved: bool) -> None:
        """Sign as the decider."""
        self.decided_by, self.decided_person, self.decided_at = by, by.staff, now
        self.approved = approved


def two_person_constraint(name: str) -> models.CheckConstraint:
    """The CHECK that two people act: the decider is not the drafter, and a decision has all its parts."""
    undecided: Any = models.Q(decided_by=None, decided_person=None, decided_at=None, approved=None)
    decided = models.Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False)
    return models.CheckConstraint(
        condition=undecided | (decided & ~models.Q(decided_person=models.F("drafted_person"))), name=name
    )


class Delegation(TwoPersonAct):
    """A director lets another position decide named acts until a day (専決・代決). Office data; the acts are code.

    A supervisor or director drafts it, a director decides: who approved it is who gave it. It stays as it was drafted.
    """

    CLEAR: ClassVar[frozenset[str]] = TwoPersonAct.TWO_PERSON_CLEAR | frozenset(
        {"id", "office", "to_position", "acts", "starts_on", "ends_on", "ended_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    to_position = models.ForeignKey(
        Position, models.PROTECT, related_name="delegations", verbose_name=_("to whom")
    )
    acts = ArrayField(models.CharField(max_length=30), verbose_name=_("acts"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "agencies"
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="delegation_has_end"
            ),
            two_person_constraint("delegation_takes_two"),
        ]
