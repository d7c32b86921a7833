"""The models of the wing's rooms."""

from referrals.consent.models import ExceptionDuty, ExceptionRequest, Intention
from referrals.disclosures.models import Assignment, Disclosure, Envelope, PackageItem
from referrals.police.models import PoliceContact

__all__ = [
    "Assignment",
    "Disclosure",
    "Envelope",
    "ExceptionDuty",
    "ExceptionRequest",
    "Intention",
    "PackageItem",
    "PoliceContact",
]
