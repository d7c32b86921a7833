"""The closing of a case."""

from cases.closing.models import ClosingDecision
from cases.decisions.queries import PEOPLE
from cases.records.models import Case
from face.reading import asked_once


@asked_once
def closings_of(case: Case) -> list[ClosingDecision]:
    """Every draft of the case with its decision, latest first."""
    return list(ClosingDecision.objects.filter(case=case).select_related(*PEOPLE))
