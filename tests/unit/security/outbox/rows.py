"""Rows of the outbox for the tests: in the product only triggers of their causes write them."""

from typing import Any

from django.utils import timezone

from security.outbox.models import Outbox
from tests.cast import as_owner


def to_send(kind: str, payload: dict[str, Any] | None = None) -> Outbox:
    """A row of ``kind`` that is due now."""
    now = timezone.now()
    with as_owner():
        row = Outbox.objects.using("owner").create(
            kind=kind, payload=payload or {}, created_at=now, next_at=now
        )
    return Outbox.objects.get(pk=row.pk)
