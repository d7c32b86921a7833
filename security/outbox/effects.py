"""What an outbox row does when its turn comes. An effect is declared by the room that knows it, and happens once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction

from security.outbox.actions import mark_effect
from security.outbox.jobs import job
from security.outbox.models import Outbox
from security.walls import clock

Act = Callable[[dict[str, Any]], None]


def task_name(kind: str) -> str:
    """The name of the job that carries out rows of ``kind``."""
    return f"effect.{kind}"


def effect(kind: str) -> Callable[[Act], Act]:
    """Declare ``act(payload)`` as what rows of ``kind`` do. It may be tried often; what it writes to the database stays once."""

    def declare(act: Act) -> Act:
        @job(task_name(kind))
        def run(row_id: str) -> None:
            take_effect(UUID(row_id), act)

        return act

    return declare


def take_effect(row_id: UUID, act: Act) -> bool:
    """Carry out one row, mark it and call it done, in one transaction. False where another worker or an earlier try has done so.

    Whatever ``act`` raises undoes the mark: the row stays, and the relay sends it again.
    """
    with transaction.atomic():
        row = Outbox.objects.select_for_update().filter(pk=row_id, done_at=None).first()
        if row is None:
            return False
        is_first = mark_effect(f"{row.kind}:{row.pk}")
        if is_first:
            act(row.payload)
        row.done_at = clock.now()
        row.save(update_fields=["done_at"])
    return is_first
