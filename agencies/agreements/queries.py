"""The agreements of two offices."""

from datetime import date

from agencies.agreements.models import AgreementQuerySet, SharingAgreement
from agencies.directory.models import Office


def between(sender: Office, recipient: Office, day: date) -> AgreementQuerySet:
    """Those in force that day by which ``sender`` may tell ``recipient`` something. The two offices read them, and no other."""
    return SharingAgreement.objects.in_force(day).filter(sender=sender, recipient=recipient)
