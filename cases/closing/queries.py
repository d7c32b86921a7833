"""The closing of a case."""

from django.db.models import QuerySet

from cases.closing.models import ClosingDecision
from cases.decisions.queries import PEOPLE
from cases.records.models import Case
from face.reading import asked_once


@asked_once
def closings_of(case: Case) -> list[ClosingDecision]:
    """Every draft of the case with its decision, latest first."""
    return list(closing_rows(case))


@asked_once
def closing_rows(case: Case) -> QuerySet[ClosingDecision]:
    """The same rows, perhaps not read yet."""
    return ClosingDecision.objects.filter(case=case).select_related(*PEOPLE)
