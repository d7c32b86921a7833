"""The watch over the limits of the law: who has to know is told, and the last run is written down. No page waits for it."""

from django.db import connection

from cases.duties.codes import Watch
from security.outbox.jobs import job


@job("clocks.warn")
def warn() -> int:
    """Tell of limits that are near, have passed or passed hours ago; how many. The job has no identity and learns numbers only.

    The run is noted at its end: one that fails is seen as one that never came.
    """
    told = 0
    while turn := _number("wall.warn_clocks()"):
        told += turn
    _number(f"wall.note_sweep({Watch.LIMITS}::smallint)")
    return told


def _number(call: str) -> int:
    """Each turn is one statement, and so a transaction of its own: what was told stays told, wherever the job is cut off."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}")
        return int(cursor.fetchone()[0])
