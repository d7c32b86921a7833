"""What an outbox row does when its turn comes. An effect is declared by the room that knows it, and happens once."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from security.outbox.jobs import job
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


TAKE = """
WITH taken AS MATERIALIZED (
  SELECT id, kind || ':' || id AS key, payload FROM public.security_outbox WHERE id = %(id)s AND done_at IS NULL FOR UPDATE
), marked AS (
  INSERT INTO public.security_effect (key, at) SELECT key, %(now)s FROM taken ON CONFLICT DO NOTHING RETURNING key
) SELECT payload::text, EXISTS (SELECT FROM marked) FROM taken
"""
"""The row waits for whoever has it; the mark is what makes its effect happen once."""
DONE = "UPDATE public.security_outbox SET done_at = %(now)s WHERE id = %(id)s"


def take_effect(row_id: UUID, act: Act) -> bool:
    """Carry out one row, mark it and call it done, in one transaction. False where another worker or an earlier try has done so.

    Whatever ``act`` raises undoes the mark: the row stays, and the relay sends it again.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKE, {"id": row_id, "now": clock.now()})
            taken = cursor.fetchone()
        if taken is None:
            return False
        payload, is_first = taken
        if is_first:
            act(json.loads(payload))
        with connection.cursor() as cursor:
            cursor.execute(DONE, {"id": row_id, "now": clock.now()})
    return bool(is_first)
