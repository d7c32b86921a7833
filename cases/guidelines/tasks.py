"""The watch over the evaluations of support guidelines: who has to know is told some weeks before."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("guidelines.warn")
def warn() -> int:
    """Tell of evaluations that come up; of how many. The job has no identity and learns a number only."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.warn_guidelines()")
        return int(cursor.fetchone()[0])
