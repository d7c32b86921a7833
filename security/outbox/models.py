"""What must leave the process: a row is written with its cause, and done only when its effect marks it. Ids and codes only."""

import uuid
from typing import ClassVar

from django.db import models


class Outbox(models.Model):
    """One thing to send. ``payload`` holds ids, codes and dates, never content."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "kind", "payload", "created_at", "next_at", "attempts", "done_at", "parked_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.TextField()
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "security"
        db_table = "security_outbox"
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(done_at=None, parked_at=None), name="outbox_waiting"
            ),
        ]


class Effect(models.Model):
    """The mark an effect leaves, so that a message sent twice takes effect once."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"key", "at"})

    key = models.TextField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "security"
        db_table = "security_effect"
