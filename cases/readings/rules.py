"""Who signs a receipt in the list."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.readings.models import ReceiptReading
from cases.records.models import Case
from cases.records.queries import in_charge_of
from cases.records.rules import check_may_manage


def check_may_sign(reading: ReceiptReading, case: Case, by: Position, now: datetime) -> None:
    """A supervisor or director with the case in the line, who has no part in it. A case that is closed is signed too: it may have
    been closed wrongly."""
    check_role_may(by, Permission.REVIEW_LINE)
    check_may_manage(case, by)
    check_no_part(reading, by, in_charge_of([case.pk], now).get(case.pk, ()))


def check_no_part(reading: ReceiptReading, by: Position, leads: Collection[UUID]) -> None:
    """A receipt is signed once, never by one of ``leads``, the people in charge of the case, nor by the person who took it: the
    intake conference reads what others have done."""
    if reading.read_at is not None:
        raise Refused("signed", _("This receipt has been signed."))
    if by.staff_id in leads:
        raise Refused(
            "lead", _("You are in charge of this case. Another supervisor or the director signs it.")
        )
    if reading.notification.received_by.staff_id == by.staff_id:
        raise Refused("own_receipt", _("You took this receipt. Another supervisor or the director signs it."))
