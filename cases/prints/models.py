"""One print of a form, with the number it bears and what was on it; and how far an office has counted."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField


class Print(OfCase):
    """Office, year and number (文書番号) are the database's, given when the row comes.

    ``content`` is the sheet as JSON: a reprint shows what the number was given to. ``issued_at`` is when it left for the first
    time; from then on it is a reprint.
    """

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "office", "fiscal_year", "number", "paper", "subject", "printed_by", "printed_at", "issued_at",
    }  # fmt: skip

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    number = models.PositiveIntegerField(_("number"))
    paper = models.CharField(_("form"), max_length=40)
    subject = models.CharField(_("what it was printed of"), max_length=80)
    printed_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("printed by"))
    printed_at = models.DateTimeField(_("printed at"))
    issued_at = models.DateTimeField(_("first shown at"), null=True)
    content = EncryptedTextField(_("content"))

    class Meta:
        app_label = "cases"
        ordering = ["-printed_at", "-id"]
        indexes = [models.Index(fields=["case", "-printed_at", "-id"], name="print_latest")]
        constraints = [
            models.UniqueConstraint(fields=["office", "fiscal_year", "number"], name="one_document_number")
        ]


class SheetPrint(models.Model):
    """One print of a sheet of an office, with its number. It holds no word: what was on it of each case is a ``SheetPart``.

    Office, year and number are the database's, of the same row of numbers as every ``Print``.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "office", "fiscal_year", "number", "paper", "subject", "printed_by", "printed_at", "issued_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    number = models.PositiveIntegerField(_("number"))
    paper = models.CharField(_("form"), max_length=40)
    subject = models.CharField(_("what it was printed of"), max_length=80)
    printed_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("printed by"))
    printed_at = models.DateTimeField(_("printed at"))
    issued_at = models.DateTimeField(_("first shown at"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["-printed_at", "-id"]
        indexes = [models.Index(fields=["office", "paper", "subject", "-printed_at"], name="sheet_print_of")]
        constraints = [
            models.UniqueConstraint(fields=["office", "fiscal_year", "number"], name="one_sheet_number")
        ]


class SheetPart(OfCase):
    """What a sheet of an office had of one case, as JSON, with the head of the sheet: sealed under the key of that case, so that
    each reader is shown the parts of the cases that they read."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"sheet", "place"}

    sheet = models.ForeignKey(
        SheetPrint, models.PROTECT, related_name="parts", verbose_name=_("print of an office")
    )
    place = models.PositiveSmallIntegerField(_("place on the sheet"))
    content = EncryptedTextField(_("content"))

    class Meta:
        app_label = "cases"
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "case"], name="one_part_of_a_case"),
        ]


class DocumentNumber(models.Model):
    """The last number an office gave to a document in a fiscal year (April to March). The trigger of a print alone writes it."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office", "fiscal_year", "last"})

    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "cases"
        constraints = [models.UniqueConstraint(fields=["office", "fiscal_year"], name="one_document_counter")]
