"""The closing on the case page: the draft that waits or came back, or who closed the case, when and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.roles import Act
from agencies.staff.rules import reason_against
from cases.closing import rules
from cases.closing.codes import ClosingReason, ClosingState
from cases.closing.models import ClosingDecision
from cases.closing.queries import closings_of
from cases.records.codes import label_of
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from security.encryption.fields import reveal

BADGES = {ClosingState.WAITING: "warning", ClosingState.RETURNED: "danger", ClosingState.APPROVED: "closed"}


@dataclass(frozen=True)
class ShownClosing:
    """A draft or decision with its codes as text, for the case page and its own page alike."""

    row: ClosingDecision
    kind: str
    state: str
    badge: str


def shown(row: ClosingDecision) -> ShownClosing:
    """One row with its codes as text."""
    kind = label_of(ClosingReason, reveal(row, "kind"))
    return ShownClosing(row, kind, str(row.state.label), BADGES[row.state])


def panel(case: Case, by: Position) -> Panel:
    """The latest draft or decision, and the button with what stands against it."""
    rows = closings_of(case)
    context = {
        "latest": shown(rows[0]) if rows else None,
        "why_not": reason_against(rules.check_may_draft_closing, case, by),
    }
    return Panel("closing", "cases/closing/panel.html", context)


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts and decisions on the timeline."""
    found, what = [], {"act": Act.CLOSING.label}
    for row in closings_of(case):
        found.append(Moment(row.drafted_at, _("Drafted: %(act)s") % what, by=row.drafted_by.staff.name))
        if row.decided_at is not None and row.decided_by is not None:
            heading = _("The case was closed.") if row.approved else _("Returned: %(act)s") % what
            found.append(Moment(row.decided_at, heading, by=row.decided_by.staff.name))
    return found
