"""Who plans a visit, and what may be written of it."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.models import Case
from cases.records.rules import check_may_edit
from cases.visits.codes import MOVES, VisitState
from cases.visits.models import Visit
from cases.visits.queries import is_planned


def check_may_plan(case: Case, by: Position) -> None:
    """Those who work on the case."""
    check_may_edit(case, by)


def check_move(visit: Visit, to: VisitState) -> None:
    """Raises Refused where the table of moves does not lead from the visit's state to ``to``."""
    if to not in MOVES[visit.state]:
        raise Refused("ended", _("This visit has been recorded already."))


def check_may_end(visit: Visit, to: VisitState, by: Position) -> None:
    """Those who work on the case write how it was held, or why it was cancelled, once."""
    check_may_edit(visit.case, by)
    check_move(visit, to)


def check_has_come(held_at: datetime, now: datetime) -> None:
    """What is recorded as held is not in the future."""
    if held_at > now:
        raise Refused("future", _("This moment lies in the future."))


def check_written(result: str) -> None:
    """A visit that was held has a result, and one that was cancelled a reason."""
    if not result.strip():
        raise Refused("result", _("Write down the result, or why it was cancelled."))


def what_waits(case: Case, _now: datetime) -> str | Promise:
    """The planned visit that prevents closing a case, in a sentence; '' where none is planned."""
    return _("A visit is planned. Record or cancel it first.") if is_planned(case) else ""
