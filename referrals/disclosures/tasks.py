"""Housekeeping: what has expired is marked as closed. The policies show nothing of it any more, whether this job runs or not."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("disclosures.close_expired")
def close_expired() -> int:
    """Close what rests on nothing any more; how many. The job is nobody and learns ids only."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wall.close_expired()")
        return int(cursor.fetchone()[0])
