"""The relay hands waiting rows to the workers, again and again until each is done; reconciliation looks for what fell out.

A message may get lost anywhere (kombu's filesystem transport takes it away before the job runs; a broker is wiped), so nothing
rests on it: a row is done only when its effect has marked it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat
from kombu.exceptions import OperationalError as BrokerError

from face.registry import Registry
from security.outbox.effects import task_name
from security.outbox.models import Effect, Outbox
from security.walls import clock

BATCH = 100
TRIES = 12
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
"""After a try without effect the wait doubles up to an hour: twelve tries outlast a mail server's bad night of some six hours."""
TOO_LONG = timedelta(hours=1)

log = logging.getLogger("tomoshibi.outbox")
Send = Callable[[str, str], Any]
Repair = Callable[[], int]
_repairs = Registry[Repair]("repair")


def _send(name: str, row_id: str) -> None:
    current_app.send_task(name, [row_id], ignore_result=True)


def relay(now: datetime | None = None, send: Send = _send) -> int:
    """Hand every row that is due to a worker; how many were handed out. Several relays at the same time share the rows."""
    moment = now or clock.now()
    due = _claim(moment)
    for row_id, kind in due:
        try:
            send(task_name(kind), row_id)
        except (OSError, BrokerError) as error:
            log.error("the broker takes nothing (%s); the rows stay and are sent again", type(error).__name__)
            break
    return len(due)


CLAIM = """
WITH due AS MATERIALIZED (
  SELECT id, next_at, ctid AS place FROM public.security_outbox
  WHERE done_at IS NULL AND parked_at IS NULL AND next_at <= %(now)s
  ORDER BY next_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), claimed AS (
  UPDATE public.security_outbox o SET
    parked_at = CASE WHEN o.attempts >= %(tries)s THEN %(now)s::timestamptz END,
    next_at = CASE WHEN o.attempts >= %(tries)s THEN o.next_at
      ELSE %(now)s::timestamptz + least(%(first)s::interval * power(2, o.attempts), %(longest)s::interval) END,
    attempts = CASE WHEN o.attempts >= %(tries)s THEN o.attempts ELSE o.attempts + 1 END
  FROM due WHERE o.id = due.id
  RETURNING o.id, o.kind, o.attempts, o.parked_at, due.next_at, due.place
) SELECT id::text, kind, attempts, parked_at IS NOT NULL FROM claimed ORDER BY claimed.next_at, place
"""
"""One statement, and so a transaction: a round that finds nothing due, which almost every round does, costs one look."""


def _claim(moment: datetime) -> list[tuple[str, str]]:
    """Id and kind of what is due, in its order; each is put off for its next try, or parked after its last."""
    values: dict[str, Any] = {
        "now": moment,
        "batch": BATCH,
        "tries": TRIES,
        "first": FIRST_WAIT,
        "longest": LONGEST_WAIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        claimed = cursor.fetchall()
    for row_id, kind, attempts, is_parked in claimed:
        if is_parked:
            log.critical("ALERT outbox row %s of kind %s is parked after %s tries", row_id, kind, attempts)
    return [(row_id, kind) for row_id, kind, _attempts, is_parked in claimed if not is_parked]


UNPARK = """
UPDATE public.security_outbox SET parked_at = NULL, attempts = 0, next_at = %s WHERE done_at IS NULL AND parked_at IS NOT NULL
"""


def unpark() -> int:
    """Let parked rows be tried again, once their cause is mended; how many."""
    with connection.cursor() as cursor:
        cursor.execute(UNPARK, [clock.now()])
        return int(cursor.rowcount)


# --- Reconciliation --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Account:
    """What reconciliation found: rows added that a cause had left out, rows waiting for too long, parked ones, and rows called
    done without the mark of their effect."""

    added: int
    late: int
    parked: int
    unmarked: int


def expects(repair: Repair) -> Repair:
    """Declare a room's repair: it notes everything that is missing from the outbox, and says how many that were."""
    _repairs.add(f"{repair.__module__}.{repair.__qualname__}", repair)
    return repair


@transaction.atomic
def reconcile() -> Account:
    """Compare what should have happened with what has; repair what can be repaired and raise the alarm for the rest."""
    now = clock.now()
    added = sum(repair() for repair in _repairs.all().values())
    waiting = Outbox.objects.filter(done_at=None)
    found = Account(
        added=added,
        late=waiting.filter(parked_at=None, created_at__lt=now - TOO_LONG).count(),
        parked=waiting.exclude(parked_at=None).count(),
        unmarked=_unmarked(),
    )
    if any((found.added, found.late, found.parked, found.unmarked)):
        log.critical("ALERT outbox: %s", found)
    return found


def _unmarked() -> int:
    done = Outbox.objects.exclude(done_at=None).annotate(mark=_key())
    return done.exclude(mark__in=Effect.objects.values("key")).count()


def _key() -> Any:
    return Concat(F("kind"), Value(":"), Cast("id", TextField()), output_field=TextField())
