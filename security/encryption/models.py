"""The table of wrapped data keys (made by ``migrations/0001_encryption.sql`` in the schema ``keys``)."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class DataKey(models.Model):
    """One wrapped key: of a case, a child record, a disclosure, a closed compartment, a hand-over, findings, notes
    of sessions or an office.

    ``destroyed_at`` set means: the wrapped bytes are gone and what was sealed under the key can never be read
    again.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "kind",
            "owner_id",
            "office_id",
            "root_version",
            "wrapped",
            "commitment",
            "created_at",
            "destroyed_at",
        }
    )

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    owner_id = models.UUIDField()
    office_id = models.UUIDField()
    root_version = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    commitment = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "security"
        managed = False
        db_table = '"keys"."data_key"'

    def __str__(self) -> str:
        return f"{self.kind} key {self.id}"
