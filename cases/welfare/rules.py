"""Who records what goes to a welfare office, and what came back."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.records.models import Case
from cases.records.rules import check_may_edit
from cases.welfare.models import WelfareReferral
from cases.welfare.queries import decision_on


def check_may_record(case: Case, by: Position) -> None:
    """Those who work on the case."""
    check_may_edit(case, by)


def check_sent_on(sent_on: date, today: date) -> None:
    """It has gone. Raises Refused naming the field."""
    if sent_on > today:
        raise Refused("sent_on", _("“Sent on” lies in the future."))


def check_may_decide(row: WelfareReferral, by: Position) -> None:
    """The decision of the welfare office is recorded once."""
    check_may_edit(row.case, by)
    if decision_on(row) is not None:
        raise Refused("decided", _("The decision of the welfare office has been recorded already."))


def check_decided_on(sent_on: date | None, decided_on: date, today: date) -> None:
    """It was decided after it was sent, and not in the future. Raises Refused naming the field."""
    if decided_on > today:
        raise Refused("decided_on", _("“Decided on” lies in the future."))
    if sent_on is not None and decided_on < sent_on:
        raise Refused("decided_on", _("“Decided on” lies before “Sent on”."))
