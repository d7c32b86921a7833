"""The visits on the case page and the timeline, and on the home page of whoever planned one."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.records.codes import label_of
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from cases.visits import rules
from cases.visits.codes import Seen, VisitKind, VisitState
from cases.visits.models import Visit
from cases.visits.queries import planned_by, visits_of
from face.lines import FEW, Line
from security.encryption.fields import reveal
from security.walls import clock

BADGES = {VisitState.PLANNED: "info", VisitState.HELD: "ok", VisitState.CANCELLED: "closed"}


@dataclass(frozen=True)
class Shown:
    """A visit with its codes as text."""

    row: Visit
    kind: str
    seen: str
    badge: str


def shown(row: Visit) -> Shown:
    """One visit with its codes as text."""
    kind, seen = label_of(VisitKind, reveal(row, "kind")), label_of(Seen, reveal(row, "seen"))
    return Shown(row, kind, seen, BADGES[row.state])


def panel(case: Case, by: Position) -> Panel:
    """The latest visits, and the button that plans one."""
    context = {
        "visits": [shown(row) for row in visits_of(case)],
        "why_not": reason_against(rules.check_may_plan, case, by),
    }
    return Panel("visits", "cases/visits/panel.html", context)


def moments(case: Case, by: Position) -> list[Moment]:
    """The visits that were held."""
    return [
        Moment(row.held_at, shown(row).kind, reveal(row, "result") or "", by=row.ended_by.staff.name)
        for row in visits_of(case)
        if row.held_at is not None and row.ended_by is not None
    ]


def to_do(by: Position) -> list[Line]:
    """The visits to be held, and those whose result is still to be written."""
    now = clock.now()
    return [
        Line(
            reverse("visit", args=[row.case_id, row.pk]),
            _("A visit is planned") if row.planned_for > now else _("The result of a visit is to be written"),
            row.case.number,
            due=row.planned_for,
            pressing=row.planned_for <= now,
            case_id=row.case_id,
        )
        for row in planned_by(by)[:FEW]
    ]
