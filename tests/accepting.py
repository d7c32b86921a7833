"""A case is accepted: written after an emergency conference by one person, decided by the director."""

from datetime import datetime
from typing import Any

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.conferences.actions import ACCEPTANCE, Accepted, Met, draft_acceptance
from cases.conferences.codes import SittingKind, SittingPlace
from cases.conferences.models import Acceptance
from cases.decisions.codes import Verdict
from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast

DECISION = "受理（架空）"


def met(chair: Position, held_at: datetime | None = None, **more: Any) -> Met:
    """An emergency conference of this moment."""
    usual: dict[str, Any] = {
        "kind": SittingKind.EMERGENCY,
        "place": SittingPlace.OFFICE,
        "held_at": held_at or clock.now(),
    }
    return Met(**(usual | {"chair": chair} | more))


def drafted(cast: Cast, case: Case, by: Position, in_charge: Position, **more: Any) -> Acceptance:
    """What it decided, as it waits for the director."""
    said = Accepted(decision=DECISION, in_charge=in_charge, attendees="嘱託医（架空）")
    with acting_as(by):
        fresh = Case.objects.select_related("child", "office").get(pk=case.pk)
        return draft_acceptance(fresh, met(cast.director, **more), said, by=by)


def accept(cast: Cast, case: Case, by: Position, in_charge: Position) -> Acceptance:
    """Drafted and approved; ``case`` is in its new stage."""
    row = drafted(cast, case, by, in_charge)
    with acting_as(cast.director):
        row = ACCEPTANCE.decide(row, Verdict.APPROVE, by=cast.director)
        case.stage = Case.objects.get(pk=case.pk).stage
    return row
