"""The access log. Rows are inserted and never touched again; ``migrations/0001_audit.sql`` makes its monthly tables."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

ENCODING = 1
"""Version of the canonical encoding of an event (docs/adr/0004): later sealing hashes rows by it, so it is stored with each."""


class Event(models.Model):
    """One thing that was done or refused. The scribe writes looks, the database itself writes changes; nothing else does.

    ``changes`` maps each changed column to what it was and became, ciphertext as it is. The content type and the actor have no
    constraint, so history neither blocks nor follows a deletion.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset()

    uuid = models.UUIDField()
    timestamp = models.DateTimeField()
    encoding = models.PositiveSmallIntegerField()
    verb = models.TextField()
    decision = models.TextField()
    rule = models.TextField()
    purpose = models.TextField()
    content_type = models.ForeignKey(
        "contenttypes.ContentType", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    position_id = models.UUIDField(null=True)
    role = models.TextField()
    office_id = models.UUIDField(null=True)
    relation = models.TextField()
    case_id = models.UUIDField(null=True)
    scope_kind = models.TextField()
    scope_id = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True)
    panels = ArrayField(models.TextField())
    fields = ArrayField(models.TextField())
    detail = models.TextField()
    object_pk = models.CharField(max_length=255)
    action = models.PositiveSmallIntegerField()
    changes: Any = models.JSONField(null=True)
    remote_addr = models.GenericIPAddressField(null=True)

    class Meta:
        app_label = "security"
        db_table = "security_event"
        managed = False
        ordering = ["-timestamp", "-id"]


class CaseTrace(models.Model):
    """The cases that one event showed in one way, with the viewer's relation to them at that moment.

    A page of the log (``page_walls``) has a row for each of them, which ``case_id`` names.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset()
    case_id: UUID

    event_uuid = models.UUIDField()
    at = models.DateTimeField()
    case_ids = ArrayField(models.UUIDField())
    relation = models.TextField()
    verb = models.TextField()
    decision = models.TextField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    position_id = models.UUIDField(null=True)
    role = models.TextField()
    office_id = models.UUIDField(null=True)
    panels = ArrayField(models.TextField(), default=list)

    class Meta:
        app_label = "security"
        db_table = "security_casetrace"
        managed = False
        ordering = ["-at", "-id"]
