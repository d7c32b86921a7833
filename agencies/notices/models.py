"""The inbox: rows written with their cause. A notice carries a kind, a reference and a path, never a name."""

import uuid
from typing import ClassVar

from django.db import models

from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position


class Notice(models.Model):
    """One thing one position should know, once a day: what happens again on that day is counted in the same row.

    Only the database writes them (``wall.notify``). ``cause`` is the last cause, which is not told a second time.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "position",
            "kind",
            "reference",
            "path",
            "cause",
            "day",
            "count",
            "created_at",
            "last_at",
            "read_at",
        }
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.ForeignKey(Position, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40, choices=NoticeKind.choices)
    reference = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=200, blank=True)
    cause = models.CharField(max_length=200)
    day = models.DateField()
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "agencies"
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["position", "kind", "reference", "path", "day"], name="notice_once_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["position", "-last_at", "-id"], name="notice_inbox"),
            models.Index(fields=["position"], condition=models.Q(read_at=None), name="notice_unread"),
        ]
