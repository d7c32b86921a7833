"""The watch over the duties that no law times: who owes one, and who answers for it, is told. No page waits for it."""

from django.db import connection

from cases.duties.codes import Watch
from security.outbox.jobs import job


@job("duties.warn")
def warn() -> int:
    """Tell of duties that are near, were due, or were due long ago; how many. The job has no identity and learns numbers only.

    The run is noted at its end, as that of the limits: one that fails is seen as one that never came.
    """
    told = 0
    while turn := _number("wall.warn_duties()"):
        told += turn
    _number(f"wall.note_sweep({Watch.DUTIES}::smallint)")
    return told


def _number(call: str) -> int:
    """Each turn is one statement, and so a transaction of its own: what was told stays told, wherever the job is cut off."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}")
        return int(cursor.fetchone()[0])
