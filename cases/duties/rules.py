"""Who does a duty, who takes one over, and that none is open when a case is closed."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.duties.codes import is_by_act
from cases.duties.models import Duty
from cases.duties.queries import open_duties_of
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import holds
from cases.records.rules import is_in_line


def what_is_open(case: Case, _now: datetime) -> str | Promise:
    """The duty that prevents closing a case, in a sentence; '' where none is open."""
    duty = next(iter(open_duties_of(case)), None)
    return _("A duty is open: %(duty)s") % {"duty": duty.get_kind_display()} if duty else ""


def check_may_fulfil(duty: Duty, by: Position) -> None:
    """Its owner or the supervisor line; never a person who is barred from it. What an act does is done by that act alone."""
    _check_open(duty)
    if is_by_act(duty.kind):
        raise Refused("by_act", _("This is done by recording it where it is owed, and by nothing else."))
    if by.pk != duty.owner_id and not holds(by, duty.case_id, Level.MANAGE):
        raise Refused("owner", _("Its owner or a supervisor does this."))
    _check_not_barred(duty, by)


def check_may_take_over(duty: Duty, by: Position) -> None:
    """A person of the supervisor line makes a colleague's duty their own, as when its owner has left."""
    _check_open(duty)
    if duty.owner_id == by.pk:
        raise Refused("own_duty", _("This duty is yours already."))
    if not is_in_line(by):
        check_role_may(by, Permission.REVIEW_LINE)
    if not holds(by, duty.case_id, Level.MANAGE):
        raise Refused("owner", _("Its owner or a supervisor does this."))
    _check_not_barred(duty, by)


def _check_open(duty: Duty) -> None:
    if duty.done_at is not None:
        raise Refused("done", _("This has been done already."))


def _check_not_barred(duty: Duty, by: Position) -> None:
    if by.staff_id in duty.barred:
        raise Refused("barred", _("You had a part in what this follows from. Another person does it."))
