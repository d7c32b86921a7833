"""The watch over the plans of institutions: who has to know is told some weeks before one is due."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("reliance.warn")
def warn() -> int:
    """Tell of plans that are due soon; of how many. The job has no identity and learns a number only."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.warn_reliance()")
        return int(cursor.fetchone()[0])
