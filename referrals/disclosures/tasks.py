"""Housekeeping, warnings: what has expired is marked as closed, and what lies unopened is told. No page waits for these jobs."""

from django.db import connection

from security.outbox.jobs import job


@job("disclosures.close_expired")
def close_expired() -> int:
    """Close what rests on nothing any more; how many. The job has no identity and learns ids only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wall.close_expired()")
        return int(cursor.fetchone()[0])


@job("disclosures.warn_unopened")
def warn_unopened() -> int:
    """Tell, once, what the police have not opened in time; how many. The job has no identity and learns a number only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.warn_unopened()")
        return int(cursor.fetchone()[0])
