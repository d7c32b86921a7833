"""The children of one home: each has a case of its own, and the household says that they belong together."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.decisions.models import CaseAct, act_constraints, one_draft
from cases.records.codes import HouseholdRelation
from cases.records.models import Case, OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedDateField


class Household(models.Model):
    """What the cases of one home have in common. It holds no word about anybody, and never changes."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office", "made_at", "made_by"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("responsible office"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        app_label = "cases"


class HouseholdMember(OfCase):
    """That a case belongs to a household, sealed under the case's own key: who reads one child's reads nothing of another's.

    ``relation`` is what the child is to the one registered first, whose own is empty. What was written never changes: what is
    known later is a ``MemberFacts``. A row ends and never vanishes: ``left_on`` and ``left_reason`` say when and why the case was
    separated; they are empty where its household was joined with another one, in which the case then has a row of its own.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "household", "joined_at", "joined_by", "left_at", "left_by",
    }  # fmt: skip

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="members", verbose_name=_("household")
    )
    joined_at = models.DateTimeField(_("joined at"))
    joined_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("joined by"))
    left_at = models.DateTimeField(_("left at"), null=True)
    left_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("left by")
    )
    relation = EncryptedCodeField(HouseholdRelation, _("relation to the child registered first"), null=True)
    relation_text = EncryptedTextField(_("relation in words"), null=True)
    lives_from = EncryptedDateField(_("lives together from"), null=True)
    lives_until = EncryptedDateField(_("lives together until"), null=True)
    left_on = EncryptedDateField(_("not of this home from"), null=True)
    left_reason = EncryptedTextField(_("reason of the separation"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(left_at=None), name="one_household_of_case"
            ),
        ]


class MemberFacts(OfCase):
    """What was known of a member from a moment on: its relation and since when and until when it lives in the home.

    Each change and each correction is a row that says ``why`` it was written; the latest one holds.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"member", "written_at", "written_by"}

    member = models.ForeignKey(
        HouseholdMember, models.PROTECT, related_name="facts", verbose_name=_("case in a household")
    )
    written_at = models.DateTimeField(_("written at"))
    written_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("written by"))
    relation = EncryptedCodeField(HouseholdRelation, _("relation to the child registered first"), null=True)
    relation_text = EncryptedTextField(_("relation in words"), null=True)
    lives_from = EncryptedDateField(_("lives together from"), null=True)
    lives_until = EncryptedDateField(_("lives together until"), null=True)
    why = EncryptedTextField(_("what changed or was wrong"))

    class Meta:
        app_label = "cases"
        ordering = ["-written_at", "-id"]


class HouseholdSplit(CaseAct):
    """The decision that the case leaves its household from a day on; approved, it ends the row of the ``member``."""

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"member"}

    member = models.ForeignKey(
        HouseholdMember, models.PROTECT, related_name="splits", verbose_name=_("case in a household")
    )
    left_on = EncryptedDateField(_("not of this home from"))
    reason = EncryptedTextField(_("reason of the separation"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("household_split"), one_draft("one_split_draft")]


class HouseholdJoin(CaseAct):
    """The decision that the household of ``other`` goes into that of the case. Seen by nobody but who sees both cases.

    One draft waits at a time for each pair of cases, not for each case: a conflict tells nothing to those who do not see it.
    ``into`` and ``joined`` are the two households when it was drafted; approved, it lets every case of ``joined`` join ``into``.
    """

    CLEAR: ClassVar[frozenset[str]] = CaseAct.CASE_ACT_CLEAR | {"other", "into", "joined"}

    other = models.ForeignKey(
        Case, models.PROTECT, related_name="+", verbose_name=_("case of the other home")
    )
    into = models.ForeignKey(
        Household, models.PROTECT, related_name="+", verbose_name=_("household that stays")
    )
    joined = models.ForeignKey(
        Household, models.PROTECT, related_name="+", verbose_name=_("household that is joined to it")
    )
    reason = EncryptedTextField(_("reason"))

    class Meta:
        app_label = "cases"
        ordering = ["-drafted_at", "-id"]
        constraints = [*act_constraints("household_join"), one_draft("one_join_draft", "other")]
