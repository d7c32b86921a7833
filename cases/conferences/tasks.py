"""The watch over the cases on which no intake conference has decided."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("conferences.warn_intake")
def warn_intake() -> int:
    """Tell of the days by which the intake conference decides; how many have passed. The job has no identity."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.warn_intake()")
        return int(cursor.fetchone()[0])
