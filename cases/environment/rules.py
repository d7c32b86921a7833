"""Who agrees on an adjustment of the child's environment, and what may be written of it."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.environment.codes import MOVES, TaskState
from cases.environment.models import EnvironmentTask
from cases.records.models import Case
from cases.records.rules import check_may_edit


def check_may_record(case: Case, by: Position) -> None:
    """Those who work on the case."""
    check_may_edit(case, by)


def check_until(until: date, today: date) -> None:
    """The day by which it is done is not over. Raises Refused naming the field."""
    if until < today:
        raise Refused("until", _("“Deadline” lies before today."))


def check_may_end(task: EnvironmentTask, to: TaskState, by: Position) -> None:
    """Those who work on the case write how it ended, once."""
    check_may_edit(task.case, by)
    if to not in MOVES[task.state]:
        raise Refused("ended", _("How this adjustment ended has been recorded already."))


def check_done_on(done_on: date, today: date) -> None:
    """What is recorded as done is not ahead. Raises Refused naming the field."""
    if done_on > today:
        raise Refused("done_on", _("“Done on” lies in the future."))
