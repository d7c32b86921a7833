"""Who drafts a change of the track, and when it still holds."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.decisions.rules import check_may_draft
from cases.records.models import Case
from cases.track.models import TrackChange
from cases.track.queries import changes_of


def check_may_draft_change(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, one draft at a time."""
    check_may_draft(case, by, changes_of(case), now)


def check_still_another(row: TrackChange, _by: Position, _now: datetime) -> None:
    """The case is still on the other track: in reception one person can have turned it to abuse meanwhile."""
    if row.to_track == row.case.track:
        raise Refused("same_track", _("The case is on this track already. Return the draft."))
