"""The closing on the case page: the draft that waits or came back, or who closed the case, when and why."""

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.closing import rules
from cases.closing.codes import CLOSING, GOES
from cases.closing.queries import closings_of
from cases.conferences.models import ConferenceItem
from cases.conferences.queries import decides, policy_decision
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Step
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """The latest draft or decision, and the button with the reason why it is grey."""
    rows = closings_of(case)
    context = {
        "latest": rows[0] if rows else None,
        "rests": rules.rests_on_conference(case) and case.closed_at is None,
        "decided": _decided(case),
        "why_not": reason_against(rules.check_may_draft_closing, case, by, clock.now()),
    }
    return Panel("closing", "cases/closing/panel.html", context)


def _decided(case: Case) -> ConferenceItem | None:
    """The latest decision of a support policy conference, where it ends the case."""
    row = policy_decision(case)
    return row if decides(row, GOES) else None


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts and decisions on the timeline."""
    return [moment for row in closings_of(case) for moment in moments_of_act(row, CLOSING.label)]


def steps(case: Case, by: Position) -> list[Step]:
    """A draft of the closing that came back."""
    return steps_after_return(CLOSING, closings_of(case), by)
