"""Who signs a line of the progress list, and of which month."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.records.codes import Stage
from cases.records.models import Case
from cases.records.queries import valid_leads
from cases.records.rules import check_may_manage
from cases.reviews.codes import AHEAD
from cases.reviews.models import CaseReview
from cases.reviews.months import is_signable
from cases.reviews.queries import signed_of
from face.months import begins, month_after


def check_may_sign(case: Case, month: date, by: Position, now: datetime) -> None:
    """A supervisor or director with the case in the line signs it, never the person in charge, in whichever position; of this
    month or the last one, and of a case that was there in it."""
    check_role_may(by, Permission.REVIEW_LINE)
    check_may_manage(case, by)
    if case.stage == Stage.CLOSED:
        raise Refused("closed", _("The case is closed."))
    if valid_leads(now).filter(content_object=case, user_id=by.staff_id).exists():
        raise Refused(
            "lead", _("You are in charge of this case. Another supervisor or the director signs its line.")
        )
    if not is_signable(month, now) or begins(month_after(month)) <= case.opened_at:
        raise Refused(
            "month",
            _("Only lines of this month and the last one can be signed, from the month of the opening on."),
        )


def check_not_signed(case: Case, month: date, corrects: CaseReview | None) -> None:
    """A line is signed once; what is wrong in it is corrected by a further line that names it."""
    first = next(iter(signed_of(case, month)), None)
    if corrects is None and first is not None:
        raise Refused(
            "signed", _("This line has been signed for this month. Correct it if something in it is wrong.")
        )
    if corrects is not None and corrects != first:
        raise Refused("corrects", _("There is no such line to correct."))


def check_written(next_task: str, next_on: date, today: date) -> None:
    """A line says what is to be done next, and when the case is looked at again."""
    if not next_task.strip():
        raise Refused("next_task", _("Write down the next task."))
    if not today <= next_on <= today + AHEAD:
        raise Refused("next_on", _("The next review is on a day from today on, within a year."))
