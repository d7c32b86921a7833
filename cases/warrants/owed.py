"""That what the judge asked for is handed in: owed until the day the judge named, and over when a further step is recorded."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks.rules import end_of
from cases.custody.models import CustodyDecision
from cases.duties.actions import leave_duty
from cases.duties.codes import DutyKind
from cases.records.codes import CasePage, Relation
from cases.records.queries import positions_of_case
from cases.warrants.codes import WarrantState
from cases.warrants.models import WarrantStep
from face.lines import Line
from security.encryption.fields import value_of


def _asked(case: UUID, cause: UUID) -> Line | None:
    row = WarrantStep.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    return Line(
        reverse(CasePage.CUSTODY, args=[case], fragment="warrant"), row.state.label, at=row.happened_at
    )


SUPPLEMENT = DutyKind(
    code="warrant_supplement",
    label=_("custody warrant: hand in what the judge asked for"),
    days=lambda _office: 1,
    after=_asked,
    by_act=True,
)
"""Due at the end of the day that the judge named (追完), with whoever is in charge of the case. Done by the database with the
next step of the file, whoever records it; over where the step is struck, or custody has ended (``wall.supplement_settled``)."""


def owe(step: WarrantStep, start: CustodyDecision, *, by: Position) -> None:
    """Leave that duty after a step with which the judge asks for more; nothing after another, or where custody is over."""
    until = value_of(step.due_on) if step.state is WarrantState.ASKED_MORE else None
    if until is None or start.ended_at is not None:
        return
    owner = next(iter(positions_of_case(step.case_id, Relation.LEAD)), by.pk)
    leave_duty(step.case, SUPPLEMENT, cause=step.pk, owner=owner, due_at=end_of(until))
