"""Who takes an envelope, who assigns it, and who looks after police contacts."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import POLICE_ROLES, Permission
from agencies.staff.rules import Refused, check_role_may
from cases.records.codes import Level
from cases.records.models import Case
from cases.records.queries import holds
from referrals.police.models import PoliceContact
from referrals.police.queries import Letter


def check_may_record_contact(case: Case, by: Position) -> None:
    """A contact that has happened is never refused to the person who reads the case, on a closed case neither."""
    if not holds(by, case.pk, Level.VIEW):
        raise Refused("no_grant", _("You are not on the team of this case."))


def check_may_see_contact(contact: PoliceContact, by: Position) -> None:
    """The supervisor line marks a contact as seen, once, and never its own."""
    check_role_may(by, Permission.REVIEW_LINE)
    if not holds(by, contact.case_id, Level.MANAGE):
        raise Refused("not_manager", _("Only the person in charge and the supervisors can do this."))
    if contact.seen_at is not None:
        raise Refused("seen", _("This contact has been marked as seen already."))
    if contact.recorded_by.staff_id == by.staff_id:
        raise Refused("own_contact", _("Another supervisor marks the contact you recorded."))


def check_may_take(letter: Letter, by: Position) -> None:
    """The supervisor any open envelope; an officer only one that is not taken yet."""
    check_role_may(by, Permission.RECEIVE_DISCLOSURES)
    if letter.closed_since is not None:
        raise Refused("closed", _("This is closed."))
    if by.pk in letter.reader_positions:
        raise Refused("taken", _("You have it already."))
    if letter.envelope.taken_at is not None and not by.may(Permission.ASSIGN_DISCLOSURES):
        raise Refused("taken", _("It has been taken already. The supervisor assigns further officers."))


def check_may_assign(letter: Letter, by: Position) -> None:
    """The supervisor of the receiving office."""
    check_role_may(by, Permission.ASSIGN_DISCLOSURES)
    if letter.closed_since is not None:
        raise Refused("closed", _("This is closed."))


def check_may_end(letter: Letter, officer: Position, by: Position) -> None:
    """The supervisor ends an assignment in force, of a closed envelope too."""
    check_role_may(by, Permission.ASSIGN_DISCLOSURES)
    if officer.pk not in letter.reader_positions:
        raise Refused("not_assigned", _("This officer does not have it any more."))


def check_officer(letter: Letter, officer: Position, by: Position) -> None:
    """An officer of the caller's office, not assigned yet."""
    check_may_assign(letter, by)
    if officer.office_id != by.office_id or officer.role not in POLICE_ROLES:
        raise Refused("officer", _("It is assigned to an officer of your own office."))
    if officer.pk in letter.reader_positions:
        raise Refused("assigned", _("This officer has it already."))
