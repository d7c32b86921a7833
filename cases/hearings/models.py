"""How a child was heard on something that was decided (児童福祉法33条の3の3). The room of the decision has the table."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.hearings.codes import Advocate
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedMomentField


class Hearing(OfCase):
    """When, where, by whom and how the child was heard. It never changes."""

    HEARING_CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"recorded_by", "recorded_at"}
    FACTS: ClassVar[tuple[str, ...]] = (
        "heard_at", "place", "heard_by", "explained", "sheet_version", "advocate",
    )  # fmt: skip

    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    heard_at = EncryptedMomentField(_("when the child was heard"))
    place = EncryptedTextField(_("where the child was heard"), null=True)
    heard_by = EncryptedTextField(_("who heard the child"))
    explained = EncryptedTextField(_("how it was explained to the child"))
    sheet_version = EncryptedTextField(_("sheet for the child and its version"), null=True)
    advocate = EncryptedCodeField(Advocate, _("advocate of the child"))

    class Meta:
        abstract = True
        ordering = ["recorded_at", "id"]
