"""The track on the page of administration: what it is, and the latest draft to change it."""

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.decisions.panel import parts_of_act
from cases.records.models import Case
from cases.records.panel import Panel, Part, Span
from cases.records.queries import blocks_of
from cases.track import rules
from cases.track.codes import TRACK_CHANGE
from cases.track.queries import change_rows, changes_of
from face.together import read_together
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """The latest draft or decision, and the button with the reason why it is grey."""
    read_together(change_rows(case), blocks_of(case))  # the card of the team is on the same page
    rows = changes_of(case)
    context = {
        "latest": rows[0] if rows else None,
        "why_not": reason_against(rules.check_may_draft_change, case, by, clock.now()),
    }
    return Panel("track", "cases/track/panel.html", context)


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """Drafts and decisions on the track."""
    return parts_of_act(change_rows(case).all(), TRACK_CHANGE.label, span)
