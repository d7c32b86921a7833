"""What pages about an answer of the child begin with."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from cases.records.models import Case
from referrals.consent.models import Intention
from referrals.consent.queries import intentions_of


def intention_or_404(case: Case, intention_id: UUID) -> Intention:
    """An answer of this case."""
    found = get_object_or_404(intentions_of(case), pk=intention_id)
    found.case = case
    return found
