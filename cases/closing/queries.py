"""The closing of a case, and what waits for a decider or came back to its drafter."""

from django.db import models

from agencies.staff.models import Position
from agencies.staff.roles import Act
from agencies.staff.rules import may_decide
from cases.closing.models import ClosingDecision
from cases.custody.queries import CAME_BACK, PEOPLE
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import on_cases_of
from cases.records.reading import asked_once
from security.walls import clock


@asked_once
def closings_of(case: Case) -> list[ClosingDecision]:
    """Every draft of the case with its decision, latest first."""
    return list(ClosingDecision.objects.filter(case=case).select_related(*PEOPLE))


def closings_waiting_for(by: Position) -> models.QuerySet[ClosingDecision]:
    """The drafts this position can decide, what has waited longest first."""
    waiting = ClosingDecision.objects.filter(on_cases_of(by, Level.EDIT), decided_at=None)
    if not may_decide(by, Act.CLOSING):
        return waiting.none()
    found = waiting.exclude(drafted_person=by.staff_id)
    return found.select_related("case", "drafted_by__staff").order_by("drafted_at")


def closings_returned_to(by: Position) -> models.QuerySet[ClosingDecision]:
    """What this person drafted and got back in the last days, and has not drafted anew; the latest first."""
    rows = ClosingDecision.objects.filter(approved=False, drafted_person=by.staff_id)
    held = rows.filter(on_cases_of(by, Level.EDIT), decided_at__gt=clock.now() - CAME_BACK)
    later = ClosingDecision.objects.filter(
        case=models.OuterRef("case"), drafted_at__gt=models.OuterRef("decided_at")
    )
    return held.exclude(models.Exists(later)).select_related("case").order_by("-decided_at")
