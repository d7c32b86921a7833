"""The side table of search tokens, and by which plan an office's are cut."""

import uuid
from typing import ClassVar

from django.db import models


class SearchToken(models.Model):
    """One keyed hash of a child's name, found by btree equality within its office.

    ``pointer`` is the record's id, sealed under a key of the office; ``release`` the SHA-256 of what takes the row away;
    ``version`` the plan's. ``object_id`` named the record in version 0.1.0: ``manage.py plan_search --rebuild`` leaves none.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "office_id", "kind", "token", "pointer", "release", "version", "object_id"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    token = models.BinaryField()
    pointer = models.BinaryField(null=True)
    release = models.BinaryField(null=True)
    version = models.PositiveSmallIntegerField(default=0, db_default=0)
    object_id = models.UUIDField(null=True)

    class Meta:
        app_label = "security"
        db_table = "security_searchtoken"
        indexes = [
            models.Index(fields=["office_id", "kind", "token"], name="token_search"),
            models.Index(fields=["object_id"], name="token_object"),
            models.Index(fields=["release"], name="token_release"),
        ]


class SearchCount(models.Model):
    """How many tokens were put for one record, under all kinds and plans; none of them is named.

    It bounds what a login can add with SQL of its own: the database cannot tell a token of the application from any other bytes.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "office_id", "rows"})

    id = models.UUIDField(primary_key=True)
    office_id = models.UUIDField()
    rows = models.PositiveIntegerField()

    class Meta:
        app_label = "security"
        db_table = "security_searchcount"


class SearchPlan(models.Model):
    """A plan by which an office's tokens are cut (``tokens.Plan``), for ``rows`` children.

    Until ``ready_at`` its tokens are being made, up to the child ``done_to`` in the order of ids.
    """

    CLEAR: ClassVar[frozenset[str]] = frozenset(
        {"id", "office_id", "version", "rows", "bits", "parts", "made_at", "done_to", "ready_at"}
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    version = models.PositiveSmallIntegerField()
    rows = models.PositiveIntegerField()
    bits = models.PositiveSmallIntegerField()
    parts = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    done_to = models.UUIDField(null=True)
    ready_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "security"
        db_table = "security_searchplan"
        constraints = [
            models.UniqueConstraint(fields=["office_id", "version"], name="plan_of_office"),
        ]
