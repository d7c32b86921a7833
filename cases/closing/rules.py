"""Who drafts and decides the closing of a case, and what has to be finished first."""

from collections.abc import Collection
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.clocks.codes import SIGHT, ClockKind
from cases.clocks.queries import running_of
from cases.closing.codes import ClosingReason
from cases.closing.models import ClosingDecision
from cases.closing.queries import closings_of
from cases.decisions.rules import check_may_draft
from cases.records.models import Case
from face.reading import asked_once, one_reading
from security.encryption.fields import value_of
from security.rooms import rooms_at


def check_may_draft_closing(
    case: Case, by: Position, now: datetime, kind: ClosingReason = ClosingReason.MISTAKE
) -> None:
    """For those who work on the case and draft decisions; one draft at a time, and none before everything is finished.

    Without a ``kind``: whether any reason to close it could be drafted.
    """
    check_may_draft(case, by, closings_of(case), now)
    check_finished(case, kind, now)


def check_finished(case: Case, kind: ClosingReason | None, now: datetime) -> None:
    """Nothing of the case is open: nothing the law still times, nothing that a room has open.

    A case recorded by mistake has no child to be seen under it: that alone is closed while the limit of the safety check runs.
    """
    check_nothing_open(case, now, besides=SIGHT if kind is ClosingReason.MISTAKE else ())


def check_nothing_open(case: Case, now: datetime, *, besides: Collection[ClockKind] = ()) -> None:
    """No limit runs on the case, but those that end with it (``besides``), and no room has anything open. Raises Refused."""
    with one_reading():  # rooms ask the same of a case
        for limit in [
            one for one in ClockKind if one is not ClockKind.CUSTODY_END
        ]:  # it runs while custody lasts: the room of custody says so
            if limit not in besides and running_of(case, limit) is not None:
                raise Refused(
                    "clock", _("A time limit of the law is running: %(duty)s") % {"duty": limit.label}
                )
        if sentence := _obstacle(case, now):
            raise Refused("open", sentence)


@asked_once
def _obstacle(case: Case, now: datetime) -> str | Promise:
    """The first thing a room has open, in a sentence; '' where nothing is."""
    for room in rooms_at(case.office.kind):
        if room.obstacle is not None and (sentence := room.obstacle(case, now)):
            return sentence
    return ""


def check_still_finished(row: ClosingDecision, _by: Position, now: datetime) -> None:
    """A draft is approved while nothing has begun since it was written; it can be returned at any time."""
    check_finished(row.case, value_of(row.kind), now)
