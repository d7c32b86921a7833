"""A job that tells centers which institutions have not answered in time."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("places.warn_unanswered")
def warn_unanswered() -> int:
    """Tell, once, who asked for a place that was not answered in time; how many. The job has no identity and learns a number."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.warn_unanswered_places()")
        return int(cursor.fetchone()[0])
