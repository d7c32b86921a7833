"""The mark that makes an effect happen once. The rows of the outbox are written in the database, by triggers of their causes."""

from django.db import IntegrityError, transaction

from security.outbox.models import Effect
from security.walls import clock


def mark_effect(key: str) -> bool:
    """True the first time, False ever after: the effect goes into the same transaction as its mark."""
    try:
        with transaction.atomic():
            Effect.objects.create(key=key, at=clock.now())
    except IntegrityError:
        return False
    return True
