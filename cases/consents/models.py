"""What one person with parental authority says to a measure. The room of the measure has the table."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.consents.codes import How, Said
from cases.records.models import OfCase, Person
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedMomentField


class PersonAnswer(OfCase):
    """One answer of one person, or why there is none. It never changes: the latest of a person counts.

    ``Said.NOBODY`` names no ``person``. Of the further facts (``MORE``), NULL is not filled in.
    """

    ANSWER_CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"person", "recorded_by", "recorded_at"}

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("person"))
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    consent = EncryptedCodeField(Said, _("person with parental authority"))
    answered_at = EncryptedMomentField(_("when it was said"))
    note = EncryptedTextField(_("what was said"))
    how = EncryptedCodeField(How, _("how the person was asked"), null=True)
    asked_by = EncryptedTextField(_("who asked the person"), null=True)
    language = EncryptedTextField(_("language in which it was explained"), null=True)
    tries = EncryptedTextField(_("attempts to reach the person"), null=True)
    why_not_asked = EncryptedTextField(_("why the person is not asked"), null=True)
    decided_by_text = EncryptedTextField(_("who decided not to ask"), null=True)
    paper_no = EncryptedTextField(_("number of the written consent"), null=True)
    paper_holder = EncryptedTextField(_("who keeps the written consent"), null=True)

    MORE: ClassVar[tuple[str, ...]] = (
        "how", "asked_by", "language", "tries", "why_not_asked", "decided_by_text", "paper_no", "paper_holder",
    )  # fmt: skip

    class Meta:
        abstract = True
        ordering = ["recorded_at", "id"]
