"""The closing on the case page: the draft that waits or came back, or who closed the case, when and why."""

from dataclasses import dataclass

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.closing import rules
from cases.closing.codes import CLOSING, ClosingReason
from cases.closing.models import ClosingDecision
from cases.closing.queries import closings_of
from cases.decisions.panel import moments_of_act
from cases.records.codes import label_of
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from security.encryption.fields import reveal
from security.walls import clock


@dataclass(frozen=True)
class ShownClosing:
    """A draft or decision with its codes as text, for the case page and its own page alike."""

    row: ClosingDecision
    kind: str


def shown(row: ClosingDecision) -> ShownClosing:
    """One row with its codes as text."""
    return ShownClosing(row, label_of(ClosingReason, reveal(row, "kind")))


def panel(case: Case, by: Position) -> Panel:
    """The latest draft or decision, and the button with what stands against it."""
    rows = closings_of(case)
    context = {
        "latest": shown(rows[0]) if rows else None,
        "why_not": reason_against(rules.check_may_draft_closing, case, by, clock.now()),
    }
    return Panel("closing", "cases/closing/panel.html", context)


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts and decisions on the timeline."""
    return [moment for row in closings_of(case) for moment in moments_of_act(row, CLOSING.label)]
