"""Housekeeping: what has ended is removed, sessions and kept text."""

from django.utils import timezone

from security.outbox.jobs import job
from security.signin import parked
from security.signin.models import Session


@job("sessions.clean")
def clean_sessions() -> int:
    """Remove expired sessions; how many. Who signed in and when stays in the evidence."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


@job("parked.clean")
def clean_parked() -> int:
    """Remove kept text that is past its three days; how many."""
    return parked.clean()
