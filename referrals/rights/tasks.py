"""The watch over the letters of children that nobody answered."""

from django.db import connection, transaction

from agencies.directory.codes import LETTER_REPLY_DAYS_MOST
from referrals.rights.rules import came_too_long_ago
from security.outbox.jobs import job
from security.walls import clock


@job("rights.warn_unanswered")
def warn_unanswered() -> int:
    """Tell of letters and calls that were to be answered by now; how many. The job has no identity and learns a number only."""
    now = clock.now()
    due, late = (
        [came_too_long_ago(days + more, now) for days in range(1, LETTER_REPLY_DAYS_MOST + 1)]
        for more in (0, 1)
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.warn_letters(%s, %s)", [due, late])
        return int(cursor.fetchone()[0])
