"""Sessions, known by the SHA-256 of a key that lives only in the cookie; and tries to sign in, known by keyed hashes."""

import uuid
from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """Django's session row, keyed by a hash."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"session_key", "session_data", "expire_date"})

    class Meta(AbstractBaseSession.Meta):
        app_label = "security"
        db_table = "security_session"

    @classmethod
    def get_session_store_class(cls) -> type:
        from security.signin.sessions import SessionStore

        return SessionStore


class Outcome(models.TextChoices):
    """How a try to sign in ended."""

    WRONG = "wrong"
    RIGHT = "right"
    CLOSED = "closed"


class SignInTry(models.Model):
    """One try to sign in (:mod:`security.signin.tries`)."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "name", "address", "at", "outcome"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.BinaryField()
    address = models.BinaryField()
    at = models.DateTimeField(auto_now_add=True)
    outcome = models.TextField(choices=Outcome, default=Outcome.WRONG)

    class Meta:
        app_label = "security"
        db_table = "security_signintry"
        indexes = (models.Index(fields=("name", "at"), name="signintry_by_name"),)


class SentForm(models.Model):
    """A form that was sent, and where it led (:mod:`security.signin.once`)."""

    CLEAR: ClassVar[frozenset[str]] = frozenset({"id", "staff_id", "mark", "at", "led_to"})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_id = models.UUIDField()
    mark = models.BinaryField()
    at = models.DateTimeField(auto_now_add=True)
    led_to = models.TextField(default="")

    class Meta:
        app_label = "security"
        db_table = "security_sentform"
        constraints = (models.UniqueConstraint(fields=("staff_id", "mark"), name="form_acts_once"),)
