"""Planning a visit, recording how it was held, cancelling it."""

from datetime import datetime

from django.db import transaction

from agencies.staff.models import Position
from cases.clocks.queries import sight_due
from cases.intake.actions import record_safety_check
from cases.intake.codes import Outcome
from cases.intake.rules import check_lateness_is_kept
from cases.records.actions import locked
from cases.records.models import Case
from cases.visits import rules
from cases.visits.codes import Seen, VisitKind, VisitState
from cases.visits.models import Visit
from security.encryption.fields import reveal
from security.walls import clock


@transaction.atomic
def plan_visit(
    case: Case, *, kind: VisitKind, planned_for: datetime, place: str, who: str, by: Position
) -> Visit:
    """Plan a visit. Raises Refused."""
    rules.check_may_plan(case, by)
    visit = Visit(case=case, planned_for=planned_for, planned_by=by, planned_at=clock.now())
    visit.kind, visit.place, visit.who = kind, place, who
    visit.save(force_insert=True)
    return visit


@transaction.atomic
def record_visit(
    visit: Visit, *, held_at: datetime, seen: Seen, result: str, by: Position, late_reason: str = ""
) -> Visit:
    """Write how a visit was held. A child who was seen while the 48-hour limit runs is seen in the sense of that limit.

    ``late_reason``: why the child was seen only after that limit, where it had passed. Raises Refused.
    """
    now = clock.now()
    fresh = locked(Visit.objects.filter(pk=visit.pk))
    rules.check_may_end(fresh, VisitState.HELD, by)
    rules.check_has_come(held_at, now)
    rules.check_written(result)
    fresh.held_at, fresh.ended_at, fresh.ended_by = held_at, now, by
    fresh.seen, fresh.result = seen, result
    fresh.save(update_fields=["held_at", "ended_at", "ended_by", "seen", "result"])
    meets = seen is Seen.SEEN and sight_due(fresh.case) is not None
    check_lateness_is_kept(late_reason, kept=meets)
    if meets:
        texts = {"place": reveal(fresh, "place") or "", "seen_by": by.staff.name, "condition": result}
        record_safety_check(
            fresh.case,
            outcome=Outcome.SEEN,
            seen_at=held_at,
            texts={**texts, "late_reason": late_reason},
            by=by,
        )
    return fresh


@transaction.atomic
def cancel_visit(visit: Visit, *, reason: str, by: Position) -> Visit:
    """Cancel a visit that was not held. Raises Refused."""
    fresh = locked(Visit.objects.filter(pk=visit.pk))
    rules.check_may_end(fresh, VisitState.CANCELLED, by)
    rules.check_written(reason)
    fresh.ended_at, fresh.ended_by, fresh.result = clock.now(), by, reason
    fresh.save(update_fields=["ended_at", "ended_by", "result"])
    return fresh
