"""Where the child is in custody: its card, the warning of a withheld place, the moves on the timeline."""

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.custody.models import CustodyDecision
from cases.custody.panel import place_withheld
from cases.custody.queries import decisions_of
from cases.decisions.panel import parts_of_act, steps_after_return
from cases.decisions.queries import PEOPLE
from cases.records.models import Case
from cases.records.panel import Moment, Panel, Part, Span
from cases.stays import rules
from cases.stays.codes import CUSTODY_PLACE
from cases.stays.models import PlaceChange
from cases.stays.queries import Stay, changes_of, present_stay
from face.lines import Chip, Step
from security.encryption.fields import words_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel | None:
    """The present place, and the moves with their decisions; nothing where there was no custody."""
    if not decisions_of(case):
        return None
    context = {
        "stay": present_stay(case),
        "changes": changes_of(case),
        "why_not": reason_against(rules.check_may_draft_change, case, by, clock.now()),
    }
    return Panel("stay", "cases/stays/panel.html", context)


def cautions(case: Case, by: Position) -> list[Chip]:
    """The place to which the child was moved is withheld. What the start withheld is said by the room of custody."""
    stay = present_stay(case)
    start = next((row for row in decisions_of(case) if row.lasts), None)
    if stay is None or start is None or place_withheld(start):
        return []
    return _chips(stay)


def _chips(stay: Stay) -> list[Chip]:
    return [Chip(_("Place of custody withheld"))] if stay.withheld else []


def withheld_now(start: CustodyDecision, stay: Stay) -> list[Chip]:
    """The warning that the place is withheld, or was at the start."""
    return place_withheld(start) or _chips(stay)


def steps(case: Case, by: Position) -> list[Step]:
    """A draft of a change that came back."""
    return steps_after_return(CUSTODY_PLACE, changes_of(case), by)


def moments_in(case: Case, by: Position, span: Span) -> list[Part]:
    """Drafts and decisions, and the moves themselves."""
    rows = PlaceChange.objects.filter(case=case).select_related(*PEOPLE)
    moved = Part(span.of(rows.filter(approved=True), "moved_at", "drafted_by"), _moved)
    return [*parts_of_act(rows, CUSTODY_PLACE.label, span), moved]


def _moved(row: PlaceChange) -> Moment:
    heading = _("Moved while in custody: %(place)s") % {"place": words_of(row.place_kind)}
    return Moment(row.moved_at, heading, words_of(row.reason), by=row.drafted_by.staff, row=row.pk)
