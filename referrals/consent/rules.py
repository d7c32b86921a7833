"""When the child's word opens the door, and when it does not."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office
from agencies.staff.models import Post
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from cases.records.models import Case
from cases.records.rules import check_may_edit
from referrals.consent.codes import STANDING, Ground, Purpose
from referrals.consent.models import ExceptionRequest, Intention


def check_may_record(case: Case, by: Post) -> None:
    """Whoever works on the case records what the child said."""
    check_may_edit(case, by)


def check_ground(ground: str, sender: Office, recipient: Office) -> None:
    """The two standing grounds always; any other only where an agreement of the two offices names it."""
    if Ground(ground) in STANDING:
        return
    agreements = SharingAgreement.objects.in_force().filter(sender=sender, recipient=recipient)
    if not any(ground in agreement.grounds for agreement in agreements):
        raise Refused("ground", _("No agreement with this office names this ground."))


def check_may_request_exception(case: Case, by: Post) -> None:
    """Whoever works on the case may ask; another person decides."""
    check_may_edit(case, by)
    check_role_may(by, Permission.DRAFT_DECISIONS)


def check_undecided(exception: ExceptionRequest) -> None:
    """A decision is made once."""
    if exception.is_decided:
        raise Refused("decided", _("It has been decided already."))


def basis_for(case: Case, recipient: Office, purpose: str) -> Intention | ExceptionRequest | None:
    """The basis a disclosure can rest on now: the child's active confirmation, else an approved, unspent exception."""
    intention = Intention.objects.active().filter(case=case, recipient=recipient, purpose=purpose).first()
    if intention is not None:
        return intention
    asked = ExceptionRequest.objects.filter(case=case, recipient=recipient, purpose=purpose, approved=True, spent_at=None)
    return next((exception for exception in asked if exception.is_usable), None)


def check_basis(case: Case, recipient: Office | None = None, purpose: str = Purpose.POLICE_REPORT) -> None:
    """Promise 1: nothing goes to the police before the child's intention is confirmed, or an exception is approved."""
    active = Intention.objects.active().filter(case=case, purpose=purpose)
    asked = ExceptionRequest.objects.filter(case=case, purpose=purpose, approved=True, spent_at=None)
    if recipient is not None:
        active, asked = active.filter(recipient=recipient), asked.filter(recipient=recipient)
    if not active.exists() and not any(exception.is_usable for exception in asked):
        raise Refused("gate", _("The child's intention about the police has not been confirmed, or it no longer holds."))


def allowed_items(basis: Intention | ExceptionRequest, ceiling: Iterable[str]) -> set[str]:
    """The items of the basis, under the ceiling and under every agreement in force with the recipient."""
    items = set(basis.items) & {str(item) for item in ceiling}
    agreements = SharingAgreement.objects.in_force().filter(sender=basis.case.office, recipient=basis.recipient)
    for agreement in agreements:
        items &= set(agreement.items)
    return items
