"""The watch over the duties that no law times: who owes one, and who answers for it, is told. No page waits for it."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("duties.warn")
def warn() -> int:
    """Tell of duties that are near, were due, or were due long ago; how many. The job has no identity and learns numbers only.

    Each turn is a transaction of its own: what was told stays told, wherever the job is cut off.
    """
    told = 0
    while turn := _turn():
        told += turn
    return told


def _turn() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.warn_duties()")
        return int(cursor.fetchone()[0])
