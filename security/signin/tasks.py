"""Housekeeping: what has ended is removed, sessions and kept text."""

from django.utils import timezone

from security.outbox.jobs import job
from security.signin import parked, tries
from security.signin.models import SentForm, Session, SignInTry


@job("sessions.clean")
def clean_sessions() -> int:
    """Remove expired sessions; how many. Who signed in and when stays in the evidence."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


@job("parked.clean")
def clean_parked() -> int:
    """Remove kept text that is past its three days; how many."""
    return parked.clean()


@job("tries.clean")
def clean_tries() -> int:
    """Remove tries to sign in that no longer count; how many."""
    return SignInTry.objects.filter(at__lt=timezone.now() - tries.KEPT).delete()[0]


@job("forms.clean")
def clean_forms() -> int:
    """Remove the marks of forms that nobody will send again; how many."""
    return SentForm.objects.filter(at__lt=timezone.now() - parked.KEEP).delete()[0]
