"""Receiving the sheet of a night."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import Refused
from cases.nights import rules
from cases.nights.models import NightSheet
from cases.nights.queries import receipt_of
from security.walls import clock


@transaction.atomic
def take_sheet(night: date, *, by: Position) -> NightSheet:
    """Receive the sheet of the night that began on this working day. Raises Refused, also where a colleague was quicker."""
    now = clock.now()
    rules.check_may_take(night, receipt_of(night, by), by, now)
    sheet = NightSheet(office_id=by.office_id, night=night, taken_by=by, taken_at=now)
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("taken", _("This sheet has been received already.")) from error
    return sheet
