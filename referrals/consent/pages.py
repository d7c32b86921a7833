"""What pages about an answer of the child begin with."""

from uuid import UUID

from django.http import Http404

from cases.records.models import Case
from referrals.consent.models import Intention
from referrals.consent.queries import intentions_of


def intention_or_404(case: Case, intention_id: UUID) -> Intention:
    """An answer of this case."""
    found = intentions_of(case).filter(pk=intention_id).first()
    if found is None:
        raise Http404
    found.case = case
    return found
