"""What is owed to a child who could not be heard before (児童福祉法33条の3の3): by whom, until when, and that it was done.

The law says "promptly afterwards"; the hours are the office's. What is owed is done by recording the hearing, by nothing else.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.duties.actions import leave_duty
from cases.duties.codes import DutyKind
from cases.hearings import rules
from cases.hearings.codes import OWED
from cases.hearings.models import Hearing
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from face.lines import Line
from security.rooms import Name

H = TypeVar("H", bound=Hearing)


def hearing_duty(code: str, label: Name, after: Callable[[UUID, UUID], Line | None]) -> DutyKind:
    """The kind of what a room leaves to be heard. The wall knows its code, too (``wall.act_settled``)."""
    return DutyKind(
        code=code,
        label=label,
        days=lambda office: max(1, office.hearing_hours // 24),
        after=after,
        by_act=True,
    )


def due(since: datetime, office: Office) -> datetime:
    """Until when the child is heard who could not be heard before: counted from when the decision took effect."""
    return since + timedelta(hours=office.hearing_hours)


def leave_hearing(
    case: Case, kind: DutyKind, *, cause: UUID, since: datetime, otherwise: UUID, owner: UUID | None = None
) -> None:
    """A decision took effect at ``since`` on which the child is still to be heard: ``owner`` owes it, where nobody is named
    whoever is in charge of the case, and where nobody is, ``otherwise``."""
    in_charge = owner or next(iter(positions_of_case(case.pk, Relation.LEAD)), otherwise)
    leave_duty(case, kind, cause=cause, owner=in_charge, due_at=due(since, case.office))


def _case(case: UUID, _cause: UUID) -> Line:
    return Line(reverse("case", args=[case]), _("hearing of the child"))


ADVOCATE = DutyKind(
    code="advocate",
    label=gettext_lazy("an advocate is offered to the child, and comes where the child wants one"),
    days=lambda office: office.advocate_days,
    after=_case,
)
"""Support in stating an opinion (意見表明等支援事業, 児童福祉法6条の3第17項)."""


def record(row: H, facts: Mapping[str, Any], *, by: Position, now: datetime) -> H:
    """Write how the child was heard (``facts``: ``Hearing.FACTS``) into a new row of its room. Raises Refused.

    Where no advocate stood by the child, and the child did not decline one, that is owed by whoever is in charge
    (児童福祉法6条の3第17項).
    """
    rules.check_heard_at(facts["heard_at"], now)
    row.recorded_by, row.recorded_at = by, now
    for name in Hearing.FACTS:
        setattr(row, name, facts.get(name) or None)
    row.save(force_insert=True)
    if facts["advocate"] in OWED:
        in_charge = next(iter(positions_of_case(row.case_id, Relation.LEAD)), by.pk)
        leave_duty(row.case, ADVOCATE, cause=row.pk, owner=in_charge)
    return row
