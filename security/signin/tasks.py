"""Housekeeping: what has ended is removed, sessions and kept text."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from security.outbox.jobs import job
from security.signin import drafts, parked, tries


@job("sessions.clean")
def clean_sessions() -> int:
    """Remove expired sessions; how many. Who signed in and when stays in the access log."""
    return _count("wall.drop_ended_sessions()")


@job("parked.clean")
def clean_parked() -> int:
    """Remove kept text that is past its three days, and drafts past their fourteen; how many."""
    return parked.clean() + drafts.clean()


@job("tries.clean")
def clean_tries() -> int:
    """Remove tries to sign in that no longer count; how many."""
    return _count("wall.drop_tries(%s)", timezone.now() - tries.KEPT)


@job("forms.clean")
def clean_forms() -> int:
    """Remove the marks of forms that will not be sent again; how many."""
    return _count("wall.drop_forms(%s)", timezone.now() - parked.KEEP)


def _count(function: str, *values: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}", values)
        return int(cursor.fetchone()[0])
