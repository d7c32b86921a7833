"""The child, the case, the people around the child, the progress record, and who may work on the case."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from agencies.directory.models import Office, Section
from agencies.staff.models import Position, Staff
from cases.records.codes import (
    URGENCY_BADGES,
    WITH_AUTHORITY,
    Answer,
    Attitude,
    AuthorityKnown,
    ContactMethod,
    Finding,
    HouseholdRelation,
    Level,
    Marriage,
    PersonRole,
    Relation,
    Sex,
    Stage,
    StayKind,
    Track,
    Urgency,
)
from security.encryption.fields import EncryptedTextField, SealedModel, reveal, value_of, words_of
from security.encryption.keyring import Scope
from security.encryption.typed import (
    EncryptedCodeField,
    EncryptedCodesField,
    EncryptedDateField,
    EncryptedFlagField,
    EncryptedMomentField,
)

UNKNOWN = "不詳"
"""How the forms of the field write that a birth date or a reading is not known."""


class Child(SealedModel):
    """The child record of one office, under a key of its own. Names are kept byte for byte as typed."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office", "version", "created_at"})

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    family_name = EncryptedTextField(_("family name"))
    given_name = EncryptedTextField(_("given name"))
    family_kana = EncryptedTextField(_("family name in katakana"))
    given_kana = EncryptedTextField(_("given name in katakana"))
    sex = EncryptedCodeField(Sex, _("sex"))
    birth_date = EncryptedDateField(_("birth date"), unknown=UNKNOWN)
    school = EncryptedTextField(_("school and grade"))
    address = EncryptedTextField(_("address"))
    address_withheld = EncryptedFlagField(_("address withheld"))
    telephone = EncryptedTextField(_("telephone"))

    class Meta:
        app_label = "cases"

    def key_scope(self) -> Scope:
        return Scope("child", self.id)


class CaseQuerySet(models.QuerySet["Case"]):
    """Queries every room shares. Who may see which case is decided in ``queries.cases_for`` alone."""

    def open(self) -> "CaseQuerySet":
        """Cases that are not closed."""
        return self.exclude(stage=Stage.CLOSED)


class Case(SealedModel):
    """The work of one responsible office on one child. The place of stay is apart from the responsible office."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "number", "child", "office", "section", "track", "stage", "urgency", "version"}
        | {"opened_at", "accepted_at", "closed_at"}
    )

    number = models.CharField(_("case number"), max_length=30, unique=True)
    child = models.ForeignKey(Child, models.PROTECT, related_name="cases")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("responsible office"))
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, related_name="+", verbose_name=_("section")
    )
    track = models.CharField(_("track"), max_length=20, choices=Track.choices)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, default=Stage.RECEPTION)
    urgency = models.CharField(_("urgency"), max_length=4, choices=Urgency.choices)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    harm_type = EncryptedTextField(_("type of harm"), null=True)
    outline = EncryptedTextField(_("outline"), null=True)
    place_of_stay = EncryptedCodeField(StayKind, _("place of stay"), null=True)
    place_detail = EncryptedTextField(_("details of the place of stay"), null=True)
    lowerings = EncryptedTextField(_("why the urgency was lowered"), null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        app_label = "cases"
        default_permissions = ("view", "edit", "manage")
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="case_latest"),
            # A position that sees most cases of an office reads them from the latest.
            models.Index(fields=["office", "-opened_at", "-id"], name="case_office_latest"),
            # Narrowed to what is rare, the list walks only that.
            models.Index(fields=["office", "stage", "-opened_at", "-id"], name="case_office_stage"),
            models.Index(fields=["office", "urgency", "-opened_at", "-id"], name="case_office_urgency"),
            # What is looked at every month, beside all that was closed in ten years.
            models.Index(
                fields=["office", "-opened_at", "-id"],
                condition=models.Q(closed_at=None),
                name="case_office_open",
            ),
            # The few that wait for the intake conference, on the home pages of those who hold it.
            models.Index(
                fields=["office", "opened_at"],
                condition=models.Q(stage=Stage.RECEPTION.value),
                name="case_to_accept",
            ),
        ]

    def key_scope(self) -> Scope:
        return Scope("case", self.id)

    @property
    def urgency_kind(self) -> str:
        """The kind of badge that shows the urgency."""
        return URGENCY_BADGES.get(self.urgency, "neutral")

    @property
    def is_abuse(self) -> bool:
        """Whether the rules of the abuse track hold: also for a code that is unknown today, since they are the stricter ones."""
        return self.track != Track.THIRD_PARTY

    @property
    def track_short(self) -> str:
        """The track in a narrow column; a code that is unknown today as it is."""
        return Track(self.track).short if self.track in Track.values else self.track


class OfCase(SealedModel):
    """Base of everything that belongs to one case and is sealed under its key."""

    OF_CASE_CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "case"})

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def key_scope(self) -> Scope:
        return Scope("case", self.case_id)


class Person(OfCase):
    """A person around the child, with what the reception form (受付票) asks of a custodian.

    Of ``FACTS``, NULL is not filled in. Parental authority is a fact with dates: it can begin and end while the person stays.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"version", "written_at", "removed_at"}

    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    role = EncryptedCodeField(PersonRole, _("role in the case"))
    name = EncryptedTextField(_("name"))
    kana = EncryptedTextField(_("name in katakana"))
    relation = EncryptedTextField(_("relation to the child"))
    age = EncryptedTextField(_("age"))
    occupation = EncryptedTextField(_("occupation"))
    telephone = EncryptedTextField(_("telephone"))
    note = EncryptedTextField(_("note"))
    roles_more = EncryptedCodesField(PersonRole, _("further roles"), null=True)
    relation_code = EncryptedCodeField(HouseholdRelation, _("kind of relation"), null=True)
    birth_date = EncryptedDateField(_("birth date"), unknown=UNKNOWN, null=True)
    sex = EncryptedCodeField(Sex, _("sex"), null=True)
    authority_known = EncryptedCodeField(AuthorityKnown, _("how parental authority is known"), null=True)
    authority_from = EncryptedDateField(_("parental authority from"), null=True)
    authority_until = EncryptedDateField(_("parental authority until"), null=True)
    joint_after_divorce = EncryptedCodeField(Answer, _("joint parental authority after divorce"), null=True)
    address = EncryptedTextField(_("address"), null=True)
    address_withheld = EncryptedFlagField(_("address withheld"), null=True)
    safe_to_call = EncryptedCodeField(Answer, _("safe to call"), null=True)
    call_hours = EncryptedTextField(_("when to call"), null=True)
    language = EncryptedTextField(_("language"), null=True)
    interpreter = EncryptedCodeField(Answer, _("interpreter needed"), null=True)
    nationality = EncryptedTextField(_("nationality"), null=True)
    attitude = EncryptedCodeField(Attitude, _("attitude to what the child disclosed"), null=True)
    died_on = EncryptedDateField(_("date of death"), unknown=UNKNOWN, null=True)
    marriage = EncryptedCodeField(Marriage, _("marital state"), null=True)
    lives_from = EncryptedDateField(_("lives with the child from"), null=True)
    lives_until = EncryptedDateField(_("lives with the child until"), null=True)

    TEXTS: ClassVar[tuple[str, ...]] = (
        "role", "name", "kana", "relation", "age", "occupation", "telephone", "note",
    )  # fmt: skip
    FACTS: ClassVar[tuple[str, ...]] = (
        "roles_more", "relation_code", "birth_date", "sex", "authority_known", "authority_from", "authority_until",
        "joint_after_divorce", "address", "address_withheld", "safe_to_call", "call_hours", "language", "interpreter",
        "nationality", "attitude", "died_on", "marriage", "lives_from", "lives_until",
    )  # fmt: skip

    class Meta:
        app_label = "cases"
        indexes = [
            models.Index(
                fields=["case", "-written_at", "-id"],
                condition=models.Q(removed_at=None),
                name="person_latest",
            ),
        ]

    @property
    def roles(self) -> frozenset[PersonRole]:
        """Every role, the main one and the further ones. A code that is unknown today means nothing."""
        main = value_of(self.role)
        return frozenset([*([main] if main else []), *(value_of(self.roles_more) or [])])

    def holds_authority(self, on: date) -> bool:
        """Whether this person has parental authority or guardianship on a day; without dates it has neither begun nor ended."""
        begins, ends = value_of(self.authority_from), value_of(self.authority_until)
        begun, ended = begins is None or begins <= on, ends is not None and ends < on
        return bool(self.roles & WITH_AUTHORITY) and begun and not ended and not self.has_died(on)

    def has_died(self, on: date) -> bool:
        """Whether this person was dead on a day; where it is not known when the death was, on any."""
        died = value_of(self.died_on)
        return died <= on if died is not None else bool(words_of(self.died_on))

    def lives_there(self, on: date) -> bool:
        """Whether this person lives with the child on a day."""
        begins, ends = value_of(self.lives_from), value_of(self.lives_until)
        if begins is None and PersonRole.COHABITANT not in self.roles:
            return False
        begun, ended = begins is None or begins <= on, ends is not None and ends < on
        return begun and not ended and not self.has_died(on)

    def withholds_address(self, child: Child) -> bool:
        """Whether the address stays off every page and paper: it is withheld, or the child's is, who may live there."""
        return bool(value_of(self.address_withheld) or value_of(child.address_withheld))

    def address_beside(self, child: Child) -> str:
        """The address as a page may show it beside the child: '' where it is withheld."""
        return "" if self.withholds_address(child) else reveal(self, "address") or ""


class ProgressEntry(OfCase):
    """One entry of the progress record (経過記録). It is never changed: a correction is an entry that names what it corrects."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"written_by", "written_at", "corrects"}

    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    happened_at = EncryptedMomentField(_("when"))
    method = EncryptedCodeField(ContactMethod, _("how"))
    with_whom = EncryptedTextField(_("with whom"))
    with_child = EncryptedCodeField(Answer, _("contact with the child itself"), null=True)
    body = EncryptedTextField(_("what was said and seen"))

    class Meta:
        app_label = "cases"
        indexes = [models.Index(fields=["case", "-written_at", "-id"], name="progress_latest")]


class StageMove(OfCase):
    """One change of the stage (進行): written, the case follows (trigger ``moves_stage``). One with a ``reason`` is a correction.

    What changed before version 0.2.0 has no row.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "from_stage", "to_stage", "moved_by", "moved_at", "effective_on", "corrects",
    }  # fmt: skip

    from_stage = models.CharField(_("stage until then"), max_length=20, choices=Stage.choices)
    to_stage = models.CharField(_("stage from then on"), max_length=20, choices=Stage.choices)
    moved_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("changed by"))
    moved_at = models.DateTimeField(_("changed at"))
    effective_on = models.DateField(_("effective from"))
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = EncryptedTextField(_("why it is corrected"), null=True)

    class Meta:
        app_label = "cases"
        indexes = [models.Index(fields=["case", "-moved_at", "-id"], name="stage_latest")]


class Grant(UserObjectPermissionBase):
    """A position's right on a case: one row on guardian's base, valid from, until, and unless ended. Written by the wall alone.

    ``permission`` names the highest level; the levels below are contained. ``user`` is the position's person, for guardian's
    own queries; what is valid now is decided by ``wall.case_ids_for`` and by nothing else.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "user", "permission", "content_object", "position", "relation", "granted_by"}
        | {"created_at", "starts_at", "ends_at", "ended_at", "reviewed_at", "reviewed_by", "finding", "night"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_object = models.ForeignKey(Case, models.CASCADE, db_column="case_id", related_name="grants")
    position = models.ForeignKey(Position, models.PROTECT, related_name="grants")
    relation = models.CharField(max_length=10, choices=Relation.choices)
    reason = EncryptedTextField(_("reason"), null=True)
    granted_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # The working day on which the night began whose hand-over sheet ends it (``wall.keep_for_night``).
    night = models.DateField(_("night"), null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    # Reviews of before version 0.2.0 have none.
    finding = models.CharField(_("finding"), max_length=10, choices=Finding.choices, null=True)
    finding_note = EncryptedTextField(_("comment on the finding"), null=True)

    class Meta:
        app_label = "cases"
        indexes = [
            models.Index(
                fields=["position", "permission", "content_object"],
                include=["starts_at", "ends_at", "ended_at"],
                name="grant_valid",
            ),
            # Who is in charge of a case.
            models.Index(
                fields=["content_object"],
                include=["position", "starts_at", "ends_at"],
                condition=models.Q(relation="lead", ended_at=None),
                name="grant_lead",
            ),
            models.Index(
                fields=["user", "created_at"], condition=models.Q(relation="glass"), name="grant_glass"
            ),
            # A case's wall: one look at this index for each row that a statement reads.
            models.Index(
                fields=["content_object", "position"],
                include=["permission", "starts_at", "ends_at"],
                condition=models.Q(ended_at=None),
                name="grant_probe",
            ),
            # The few broken glasses without a review, among all grants.
            models.Index(
                fields=["created_at"],
                condition=models.Q(relation=Relation.GLASS.value, reviewed_at=None),
                name="grant_to_review",
            ),
            # The broken glasses of a night.
            models.Index(
                fields=["created_at"],
                condition=models.Q(relation=Relation.GLASS.value),
                name="grant_glass_latest",
            ),
            # The few that end with the sheet of their night.
            models.Index(
                fields=["night"],
                condition=models.Q(ended_at=None, night__isnull=False),
                name="grant_of_night",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.pk}"

    def key_scope(self) -> Scope:
        return Scope("case", self.content_object_id)


class Block(models.Model):
    """A conflict of interest: this person gets nothing of this case, whatever grants they hold."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "case", "staff", "blocked_by", "created_at", "ended_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="blocks")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    blocked_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "cases"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "staff"], condition=models.Q(ended_at=None), name="one_block"
            ),
        ]


class CaseNumber(models.Model):
    """The last case number an office gave in a fiscal year (April to March). ``wall.next_number`` alone reads and writes it."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office", "fiscal_year", "last"})

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "cases"
        constraints = [models.UniqueConstraint(fields=["office", "fiscal_year"], name="one_counter")]


def levels_from(level: Level) -> list[str]:
    """The levels that contain ``level``: a grant of any of them is enough."""
    order: list[Any] = [Level.VIEW, Level.EDIT, Level.MANAGE]
    return [item.value for item in order[order.index(level) :]]
