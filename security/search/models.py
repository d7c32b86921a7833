"""The side table of search tokens."""

import uuid
from typing import ClassVar

from django.db import models


class SearchToken(models.Model):
    """One truncated keyed hash of one name, number or telephone of one object, found by btree equality within
    its office.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office_id", "kind", "token", "object_id"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    token = models.BinaryField()
    object_id = models.UUIDField()

    class Meta:
        app_label = "security"
        db_table = "security_searchtoken"
        indexes = [
            models.Index(fields=["office_id", "kind", "token"], name="token_search"),
            models.Index(fields=["object_id"], name="token_object"),
        ]
