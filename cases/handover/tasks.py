"""Housekeeping: duties follow the cases whose day has come. The change of who is in charge waits for no job."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("handover.settle")
def settle() -> int:
    """Pass on the duties of what was handed over; how many cases. The job has no identity and learns a number only."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.settle_handovers()")
        return int(cursor.fetchone()[0])
