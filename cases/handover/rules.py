"""Who hands a case over to whom, and when it can be cancelled."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused
from cases.handover.codes import HandoverState
from cases.handover.models import Handover
from cases.handover.queries import lead_of, planned_for
from cases.records.codes import Level, Stage
from cases.records.models import Case
from cases.records.queries import holds
from cases.records.rules import is_blocked


def check_may_hand_over(case: Case, to: Position, day: date, by: Position, now: datetime) -> None:
    """Who manages it names a colleague who can be in charge, holds the position on the day and is not barred."""
    if not holds(by, case.pk, Level.MANAGE):
        raise Refused("not_manager", _("Only the person in charge and the supervisors can do this."))
    if case.stage == Stage.CLOSED:
        raise Refused("closed", _("This case is closed."))
    if planned_for(case.pk, now) is not None:
        raise Refused("planned", _("Handing this case over is planned already. Cancel that first."))
    lead = lead_of(case, now)
    if lead is not None and lead.pk == to.pk:
        raise Refused("there_already", _("This person is in charge already."))
    if to.office_id != case.office_id or not (
        to.may(Permission.DRAFT_DECISIONS) or to.may(Permission.KEEP_SUPPORT)
    ):
        raise Refused("unfit", _("This person cannot be on the team of this case in that position."))
    if not to.is_current_on(day):
        raise Refused("not_held", _("This person does not hold that position on that day."))
    if is_blocked(case, to.staff):
        raise Refused("blocked", _("This colleague is barred from the case. Lift the bar first."))


def check_may_cancel(row: Handover, by: Position, now: datetime) -> None:
    """Who manages the case, until the day."""
    if row.state_at(now) != HandoverState.PLANNED:
        raise Refused("over", _("A hand-over can be cancelled until its day."))
    _check_manages(row, by)


def check_may_count(row: Handover, by: Position, now: datetime) -> None:
    """Who manages the case, until the day: from then on the receiver sees it."""
    if row.state_at(now) != HandoverState.PLANNED:
        raise Refused("over", _("This hand-over is not planned any more."))
    _check_manages(row, by)


def _check_manages(row: Handover, by: Position) -> None:
    if not holds(by, row.case_id, Level.MANAGE):
        raise Refused("not_manager", _("Only the person in charge and the supervisors can do this."))
