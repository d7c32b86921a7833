"""That a receipt was read among the others by the intake conference (受理会議), and signed by its chair."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.records.models import OfCase
from security.encryption.fields import EncryptedTextField


class ReceiptReading(OfCase):
    """The database makes it with every receipt, so that none is left out; it is signed once and then never changes. It decides
    nothing of the receipt: that is the outcome's."""

    CLEAR: ClassVar[frozenset[str]] = OfCase.OF_CASE_CLEAR | {"notification", "read_by", "read_at"}

    notification = models.OneToOneField("cases.Notification", models.PROTECT, related_name="reading")
    read_by = models.ForeignKey(
        Position, models.PROTECT, null=True, related_name="+", verbose_name=_("signed by")
    )
    read_at = models.DateTimeField(_("signed at"), null=True)
    note = EncryptedTextField(_("note"), null=True)

    class Meta:
        app_label = "cases"
        ordering = ["read_at", "id"]
        indexes = [
            # The few that nobody has signed.
            models.Index(fields=["case"], condition=models.Q(read_at=None), name="reading_open"),
            # The list of those that are signed.
            models.Index(fields=["-read_at", "-id"], name="reading_latest"),
        ]
