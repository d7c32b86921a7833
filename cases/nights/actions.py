"""A case of the night stays open to the officer on duty until the sheet of the night is received."""

from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.roles import Role
from agencies.staff.rules import Refused
from cases.nights import rules
from cases.nights.models import NightSheet
from cases.nights.queries import receipt_of
from cases.records.models import Case
from security.walls import clock


@transaction.atomic
def take_sheet(night: date, *, by: Position) -> NightSheet:
    """Receive the sheet of the night that began on this working day: what came in that night closes for the officer who was on
    duty (trigger ``handed_over``). Raises Refused, also where a colleague was quicker."""
    now = clock.now()
    rules.check_may_take(night, receipt_of(night, by), by, now)
    sheet = NightSheet(office_id=by.office_id, night=night, taken_by=by, taken_at=now)
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("taken", _("This sheet has been received already.")) from error
    return sheet


def keep_for_night(case: Case, *, by: Position) -> None:
    """Leave a case open to the officer on duty who wrote down what came of it at night, until the sheet of the night is received,
    or until the hour of the next working day that the office sets. By day, and for anybody else, nothing changes."""
    during = rules.going_on(clock.now())
    if by.role != Role.DUTY_OFFICER or during is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.keep_for_night(%s, %s, %s)", [case.pk, *during])
