"""The children of one home: each has a case of its own, and the household says that they belong together."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.records.codes import HouseholdRelation
from cases.records.models import OfCase
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

    ``relation`` is what the child is to the one registered first, whose own is empty. What was written never changes.
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

    class Meta:
        app_label = "cases"
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(left_at=None), name="one_household_of_case"
            ),
        ]
