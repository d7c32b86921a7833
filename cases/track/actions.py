"""Drafting a change of the track, and what its approval does: another law is the case's, and no limit that runs ends with it."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.decisions.actions import Decision
from cases.records.actions import change_track, locked
from cases.records.codes import Track
from cases.records.models import Case
from cases.track import codes, rules
from cases.track.models import TrackChange
from cases.track.queries import other_track
from face.consequences import Consequences
from security.walls import clock


@transaction.atomic
def draft_change(case: Case, reason: str, *, by: Position, earlier: TrackChange | None = None) -> TrackChange:
    """Draft that the case goes over to the other track. The supervisor or the director decides. Raises Refused.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again.
    """
    row = CHANGE.begin(case, by, clock.now(), earlier)
    if row._state.adding:
        row.to_track = other_track(case)
    row.reason = reason
    return CHANGE.submit(row, by)


def _locked(rows: QuerySet[TrackChange]) -> TrackChange:
    """The case is locked before it is looked at: who edits it at the same time waits."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _take_effect(row: TrackChange, by: Position) -> None:
    change_track(row.case, Track(row.to_track), by=by)


CHANGE = Decision(
    act=codes.TRACK_CHANGE,
    model=TrackChange,
    check_may_draft=rules.check_may_draft_change,
    content=("to_track", "reason"),
    form_url="track_change",
    template="cases/track/facts.html",
    context=lambda row, _by: {"d": row},
    panels=lambda _row: ("track",),
    consequences=Consequences(
        _("The case is on the other track at once, and the rules of that track hold."),
        _("The person who drafted it is told. Nobody outside the office learns of it."),
        _(
            "A limit that runs goes on, and no change ends one. To the track of abuse, the limit of the safety check starts with"
            " the receipt (Child Abuse Prevention Act, Art. 8)."
        ),
    ),
    lock=_locked,
    still_holds=rules.check_still_another,
    effect=_take_effect,
)
