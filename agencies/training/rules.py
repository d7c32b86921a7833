"""Who keeps the register of training, and which days a certificate can have."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from agencies.training.codes import VALID_YEARS
from agencies.training.models import Training, years_after


def check_may_keep(by: Position, staff: Staff | None = None) -> None:
    """An administrator, and never their own row."""
    check_role_may(by, Permission.ADMINISTER)
    if staff is not None and staff.pk == by.staff_id:
        raise Refused("staff", _("Nobody certifies themselves. Ask another administrator."))


def check_days(certified_on: date, expires_on: date, peer_review_on: date | None, today: date) -> None:
    """It was certified, ends after that and within three years, and a review came after it. Raises Refused naming the field."""
    if certified_on > today:
        raise Refused("certified_on", _("This day lies in the future."))
    if not certified_on < expires_on <= years_after(certified_on, VALID_YEARS):
        raise Refused("expires_on", _("A certificate ends after it was given, and within three years."))
    if peer_review_on is not None and not certified_on <= peer_review_on <= today:
        raise Refused(
            "peer_review_on", _("A peer review comes after the certificate, and not in the future.")
        )


def check_may_withdraw(row: Training, by: Position) -> None:
    """An administrator withdraws a row that was wrong, once."""
    check_may_keep(by, row.staff)
    if row.withdrawn_at is not None:
        raise Refused("withdrawn", _("This row has been withdrawn already."))
