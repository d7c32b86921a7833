"""Housekeeping: rows of sessions that have ended are removed."""

from django.utils import timezone

from security.outbox.jobs import job
from security.signin.models import Session


@job("sessions.clean")
def clean_sessions() -> int:
    """Remove expired sessions; how many. Who signed in and when stays in the evidence."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
