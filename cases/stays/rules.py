"""When a child in custody is moved, and what is written of it."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.custody.codes import Place
from cases.custody.models import CustodyDecision
from cases.custody.rules import check_lasts
from cases.decisions.codes import State
from cases.decisions.rules import check_may_draft
from cases.records.models import Case
from cases.stays.codes import Told
from cases.stays.models import PlaceChange
from cases.stays.queries import Stay, changes_of, going_on, moves_of


def check_may_draft_change(case: Case, by: Position, now: datetime) -> None:
    """For those who work on the case and draft decisions, while custody lasts; one draft at a time."""
    check_may_draft(case, by, changes_of(case), now)
    if going_on(case, now) is None:
        check_lasts(case)


def check_moment(start: CustodyDecision, moved_at: datetime, now: datetime, besides: PlaceChange) -> None:
    """The child was moved within this custody, after the move before, and not in the future."""
    if moved_at > now:
        raise Refused("moved_at", _("“Moved at” lies in the future."))
    if moved_at < start.effective_at:
        raise Refused("moved_at", _("“Moved at” lies before the start of custody."))
    if start.ended_at is not None and moved_at >= start.ended_at:
        raise Refused("moved_at", _("“Moved at” lies after the end of custody."))
    earlier = [row for row in moves_of(start, besides.case) if row.pk != besides.pk]
    if earlier and moved_at <= earlier[0].moved_at:
        raise Refused("moved_at", _("“Moved at” lies before the last change of place."))


def check_other_place(stay: Stay, kind: Place, name: str) -> None:
    """A change leads elsewhere."""
    if kind is stay.kind and "".join(name.split()) == "".join(stay.name.split()):
        raise Refused("place", _("“Name of the place”: the child is there already."))


def check_told(told: Told, told_at: datetime | None, now: datetime) -> None:
    """That the child was told has a moment, which has come."""
    if told is not Told.YES:
        if told_at is not None:
            raise Refused("told_at", _("“When the child was told”: it says that the child was not told yet."))
        return
    if told_at is None:
        raise Refused("told_at", _("Write down when the child was told."))
    if told_at > now:
        raise Refused("told_at", _("“When the child was told” lies in the future."))


def check_said(said_by: str, said_at: datetime | None, moved_at: datetime) -> None:
    """What was decided by word of mouth was decided by somebody, before the child was moved."""
    if bool(said_by.strip()) != (said_at is not None):
        raise Refused(
            "said_at" if said_by.strip() else "said_by", _("Write down who decided it orally, and when.")
        )
    if said_at is not None and said_at > moved_at:
        raise Refused("said_at", _("“When it was decided orally” lies after “Moved at”."))


def check_still_holds(row: PlaceChange, _by: Position, now: datetime) -> None:
    """A change is approved while the custody it belongs to is in effect, and where no later one was approved."""
    start = next((one for one in (row.start,) if one.approved is not False and not one.taken_back_at), None)
    if start is None:
        raise Refused("not_in_custody", _("The child is not in temporary custody."))
    check_moment(start, row.moved_at, now, row)


def what_waits(case: Case, now: datetime) -> str | Promise:
    """The draft that prevents closing a case, in a sentence; '' where none waits."""
    if any(row.state_at(now) is State.WAITING for row in changes_of(case)):
        return _("A draft on a change of the place of custody waits for its decision.")
    return ""
