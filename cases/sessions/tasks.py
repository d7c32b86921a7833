"""The watch over courses of help in which nobody is met any more. No page waits for it."""

from django.db import connection, transaction

from security.outbox.jobs import job


@job("sessions.warn_silent")
def warn_silent() -> int:
    """Tell of courses without contact for too long; how many there are. The job has no identity and learns a number only."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.warn_silent_courses()")
        return int(cursor.fetchone()[0])
