"""Writing to the outbox, and the mark that makes an effect happen once."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction

from security.outbox.models import Effect, Outbox
from security.walls import clock

NAMESPACE = uuid.UUID("5f3f6a52-6d0c-4f0a-9a63-6c1d6f1f2c10")


def send_later(kind: str, payload: dict[str, Any], *, key: str) -> None:
    """Note that something has to be sent, in the caller's transaction. The same ``key`` is noted once."""
    now = clock.now()
    row = Outbox(
        id=uuid.uuid5(NAMESPACE, f"{kind}:{key}"), kind=kind, payload=payload, created_at=now, next_at=now
    )
    Outbox.objects.bulk_create([row], ignore_conflicts=True)


def mark_effect(key: str) -> bool:
    """True the first time, False ever after: the effect goes into the same transaction as its mark."""
    try:
        with transaction.atomic():
            Effect.objects.create(key=key, at=clock.now())
    except IntegrityError:
        return False
    return True
