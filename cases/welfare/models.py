"""What the center put before a welfare office, and the decision that came back."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.records.models import OfCase
from cases.welfare.codes import Matter, Verdict
from security.encryption.fields import EncryptedTextField
from security.encryption.typed import EncryptedCodeField, EncryptedDateField


class WelfareReferral(OfCase):
    """That the case, or a question on it, went to a welfare office. It never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"recorded_by", "recorded_at"}
    FACTS: ClassVar[tuple[str, ...]] = ("matter", "sent_on", "welfare_office", "reason")

    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    matter = EncryptedCodeField(Matter, _("what the welfare office is to decide"))
    sent_on = EncryptedDateField(_("sent on"))
    welfare_office = EncryptedTextField(_("which welfare office"))
    reason = EncryptedTextField(_("why it goes there"))

    class Meta:
        app_label = "cases"
        ordering = ["-recorded_at", "-id"]


class WelfareDecision(OfCase):
    """What the welfare office decided, once it is known. One for each referral; it never changes."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"referral", "recorded_by", "recorded_at"}

    referral = models.OneToOneField(
        WelfareReferral, models.PROTECT, related_name="decision", verbose_name=_("what it decides on")
    )
    recorded_by = models.ForeignKey(Position, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    verdict = EncryptedCodeField(Verdict, _("what the welfare office decided"))
    decided_on = EncryptedDateField(_("decided by the welfare office on"))
    decision_no = EncryptedTextField(_("number of the decision"), null=True)
    decision_words = EncryptedTextField(_("words of the decision"))

    class Meta:
        app_label = "cases"
