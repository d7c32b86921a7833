"""The evidence. Rows are inserted and never touched again; the tables are made by ``schema.sql`` (monthly partitions)."""

import uuid
from typing import Any, ClassVar

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.encoding import smart_str

from security.audit import looks
from security.audit.verbs import CHANGES, Decision

ENCODING = 1
"""Version of the canonical encoding of an event (docs/adr/0004): later sealing hashes rows by it, so it is stored with each."""


class EventManager(LogEntryManager):
    """auditlog hands every captured change to :meth:`create`; here it learns who, why and which case."""

    def create(self, **kwargs: Any) -> "Event":
        instance = kwargs.pop("changed", None)
        look = looks.current_or_none()
        kwargs["verb"] = CHANGES[kwargs["action"]]
        kwargs["object_repr"] = ""
        if look is not None:
            kwargs.update(look.who())
            kwargs["request_id"] = look.request_id
        if instance is not None:
            kwargs.update(_bearings(instance))
        made: Event = super().create(**kwargs)
        return made

    def log_create(self, instance: models.Model, force_log: bool = False, **kwargs: Any) -> "Event | None":
        """auditlog's hook. Out of the box it stores ``str(instance)``; a name there would stand in clear, so it is left out."""
        made: Event | None = super().log_create(instance, force_log=force_log, changed=instance, **kwargs)
        return made


def _bearings(instance: models.Model) -> dict[str, Any]:
    """Which case a changed row belongs to, and under which key its encrypted columns were written."""
    found: dict[str, Any] = {"object_pk": smart_str(instance.pk)}
    case_id = getattr(instance, "case_id", None) or (
        instance.pk if instance._meta.model_name == "case" else None
    )
    if case_id is not None:
        found["case_id"] = case_id
    key_scope = getattr(instance, "key_scope", None)
    if key_scope is not None:
        scope = key_scope()
        found |= {"scope_kind": scope.kind, "scope_id": scope.owner}
    return found


class Event(AbstractLogEntry):
    """One thing somebody did or was refused. ``changes`` holds ciphertext for encrypted columns.

    The content type and the actor have no constraint, so history neither blocks nor follows a deletion. The clock and the
    transaction number come from the database.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset()

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    timestamp = models.DateTimeField(db_default=Now())
    encoding = models.PositiveSmallIntegerField(default=ENCODING)
    verb = models.TextField()
    decision = models.TextField(default=Decision.ALLOWED)
    rule = models.TextField(default="", blank=True)
    purpose = models.TextField(default="", blank=True)
    content_type = models.ForeignKey(
        "contenttypes.ContentType", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    post_id = models.UUIDField(null=True)
    role = models.TextField(default="", blank=True)
    office_id = models.UUIDField(null=True)
    relation = models.TextField(default="", blank=True)
    case_id = models.UUIDField(null=True)
    scope_kind = models.TextField(default="", blank=True)
    scope_id = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True)
    panels = ArrayField(models.TextField(), default=list)
    fields = ArrayField(models.TextField(), default=list)
    detail = models.TextField(default="", blank=True)

    objects = EventManager()

    class Meta:
        app_label = "security"
        db_table = "security_event"
        managed = False
        ordering = ["-timestamp", "-id"]


class CaseTrace(models.Model):
    """One case that one event showed, with the viewer's relation to it at that moment."""

    CLEAR: ClassVar[frozenset[str]] = frozenset()

    event_uuid = models.UUIDField()
    at = models.DateTimeField()
    case_id = models.UUIDField()
    relation = models.TextField()
    verb = models.TextField()
    decision = models.TextField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    post_id = models.UUIDField(null=True)
    role = models.TextField()
    office_id = models.UUIDField(null=True)
    panels = ArrayField(models.TextField(), default=list)

    class Meta:
        app_label = "security"
        db_table = "security_casetrace"
        managed = False
        ordering = ["-at", "-id"]
