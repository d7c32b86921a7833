"""Police contacts: what already happened by voice. They open no page to the police and are never refused."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import choice
from agencies.staff.models import Position
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedMomentField


class ContactBasis(models.TextChoices):
    """On what basis the police were spoken to: a request for help is 児童虐待防止法10条, an enquiry 刑事訴訟法197条2項. That it
    rests on an agreement the police say, when they file an enquiry or an answer; of what was said by voice nobody asks that."""

    EMERGENCY = "emergency", _("call to 110: danger to life or body")
    HELP = choice("help")
    ENQUIRY = choice("enquiry")
    AGREEMENT = choice("kyotei")
    NOTIFIED = "notified", _("notification or referral by the police")
    OTHER = "other", _("other")


class PoliceContact(OfCase):
    """A 110 call, a request for help, an enquiry by the police: when, who, on what basis, what was said."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {
        "recorded_by",
        "recorded_at",
        "seen_by",
        "seen_at",
    }

    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    seen_by = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    happened_at = EncryptedMomentField(_("when"))
    who = EncryptedTextField(_("with whom at the police"))
    basis = EncryptedCodeField(ContactBasis, _("basis"))
    said = EncryptedTextField(_("what was said"))

    class Meta:
        app_label = "referrals"
        ordering = ["-recorded_at"]
        indexes = [
            # The few that the line has not seen.
            models.Index(fields=["recorded_at"], condition=models.Q(seen_at=None), name="contact_unseen"),
            models.Index(fields=["recorded_at"], name="contact_latest"),
        ]
