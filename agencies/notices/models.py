"""The inbox: rows written with their cause. A notice carries a kind, a reference and a path, never a name."""

import uuid
from typing import ClassVar

from django.db import models

from agencies.notices.kinds import NoticeKind
from agencies.staff.models import Post


class Notice(models.Model):
    """One thing one post should know. ``key`` makes a cause write it once, however often it is tried."""

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "post", "kind", "reference", "path", "key", "created_at", "read_at"}
    )
    UNRECORDED = "its cause is recorded; the row itself carries no content"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40, choices=NoticeKind.choices)
    reference = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "agencies"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["post", "-created_at"], name="notice_inbox")]
