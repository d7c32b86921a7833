"""Who may change offices, people, positions and agreements: never a person's own. The database refuses the same."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import OWN_RULE, grounds, items, items_for
from agencies.agreements.models import SharingAgreement
from agencies.directory.models import Office, OfficeKind, Section
from agencies.staff.models import Delegation, Position, Staff, TwoPersonAct
from agencies.staff.roles import CONFIRMED_ROLES, DELEGATES, Act, Permission, Role
from agencies.staff.rules import Refused, check_role_may

LISTED = "listed_items"
"""The ground by which an agreement shares listed items; ``referrals/consent`` declares it."""
LEFT_WITH = 10
"""How many characters a reason for leaving work behind has at least; the database counts them too."""


def check_may_administer(by: Position) -> None:
    """The administrators of the deployment."""
    check_role_may(by, Permission.ADMINISTER)


def check_may_change(staff: Staff, by: Position) -> None:
    """An administrator changes the account and positions of others, never their own."""
    check_may_administer(by)
    if staff.pk == by.staff_id:
        raise Refused(
            "own_account", _("Nobody changes their own account or positions. Ask another administrator.")
        )


def check_police_desk(kind: OfficeKind, desk: str) -> None:
    """An office of the police says which part of the police it is, and no other does: what it may be sent depends on it."""
    if kind == OfficeKind.POLICE and not desk:
        raise Refused("police_desk", _("Choose which part of the police it is."))
    if kind != OfficeKind.POLICE and desk:
        raise Refused(
            "police_desk", _("Only an office of the police is a part of the police. Leave this empty.")
        )


def check_role_fits(role: Role, office: Office, section: Section | None) -> None:
    """A role exists in certain kinds of office only (``PROFILES``), and a section belongs to its office."""
    if office.kind not in role.profile.kinds:
        raise Refused("role_kind", _("This role does not exist in this kind of office."))
    if section is not None and section.office_id != office.pk:
        raise Refused("section_office", _("Choose a section of the same office."))
    if not office.active:
        raise Refused("office_closed", _("This office is not in use."))


def check_not_held(staff: Staff, office: Office, role: Role, starts_on: date, ends_on: date | None) -> None:
    """One position in one role at one office at a time."""
    held = Position.objects.filter(staff=staff, office=office, role=role, refused_at=None)
    held = held.exclude(ends_on__lt=starts_on)
    if ends_on is not None:
        held = held.filter(starts_on__lte=ends_on)
    if held.exists():
        raise Refused("position_held", _("The person holds this role at this office at that time already."))


def check_may_end(position: Position, by: Position, today: date) -> None:
    """A position that has ended cannot be prolonged: with another last day the grants that ended with it would be valid again."""
    check_may_change(position.staff, by)
    if position.ends_on is not None and position.ends_on < today:
        raise Refused(
            "position_over", _("This position is over, and its accesses with it. Add a new position.")
        )


def check_last_day(position: Position, last_day: date) -> None:
    """A position ends on or after the day it began."""
    if last_day < position.starts_on:
        raise Refused("position_dates", _("The last day is before the first day."))


def check_leaves_nothing(held: Mapping[Any, int], reason: str) -> None:
    """A position ends when its work is handed over, or with a reason for leaving it."""
    if held and len(reason.strip()) < LEFT_WITH:
        raise Refused(
            "left_behind",
            _("Have this work handed over first, or enter why it stays behind (10 characters)."),
        )


def check_may_confirm(position: Position, by: Position) -> None:
    """The director of the office confirms a position that decides, supervises or audits; the privacy officer that of a
    director, and where the office has no director. Neither the person who added it nor the person who is to hold it. Raises
    :class:`Refused`.
    """
    check_role_may(by, Permission.CONFIRM_POSITIONS)
    if not position.is_waiting:
        raise Refused("not_waiting", _("This position does not wait for a confirmation."))
    by_privacy = Role(position.role) is Role.DIRECTOR or position.office.kind != OfficeKind.CGC
    if by_privacy and Role(by.role) is not Role.PRIVACY_OFFICER:
        raise Refused("confirmer", _("The privacy officer confirms this position."))
    if not by_privacy and (Role(by.role) is not Role.DIRECTOR or by.office_id != position.office_id):
        raise Refused("confirmer", _("The director of the office confirms this position."))
    if by.staff_id in (position.staff_id, position.added_by.staff_id if position.added_by else None):
        raise Refused(
            "own_position", _("Another person than the one who added it or is to hold it confirms it.")
        )


def check_not_prolonged(position: Position, last_day: date) -> None:
    """A position that others confirmed until a day ends then at the latest."""
    if (
        Role(position.role) in CONFIRMED_ROLES
        and position.ends_on is not None
        and last_day > position.ends_on
    ):
        raise Refused(
            "prolonged", _("This position was confirmed until a day. Add a new position for the time after.")
        )


def check_agreement(
    sender: Office,
    recipient: Office | None,
    item_codes: Collection[str],
    ground_codes: Collection[str],
    starts_on: date,
    *,
    today: date,
    listed: Collection[str] = (),
) -> None:
    """An agreement is made by two offices, of known codes, and stays under the ceiling for the recipient's kind. What it shares
    without the child's agreement (``listed``) is among its items, and goes with that ground alone."""
    check_listed(item_codes, ground_codes, listed)
    if recipient is None:
        check_own_rule(sender, item_codes, ground_codes)
        check_not_past(starts_on, today)
        return
    if sender.pk == recipient.pk:
        raise Refused("one_office", _("An agreement is made between two offices."))
    if OfficeKind.CGC not in (sender.kind, recipient.kind):
        raise Refused("no_center", _("One of the two is a child guidance center, whose director decides."))
    if not set(item_codes) <= set(items()) or not set(ground_codes) <= set(grounds()):
        raise Refused("unknown_code", _("Choose from the list."))
    if not set(item_codes) <= items_for(OfficeKind(recipient.kind)):
        raise Refused("ceiling", _("An office of the recipient's kind may never receive one of these items."))
    check_not_past(starts_on, today)


def check_listed(item_codes: Collection[str], ground_codes: Collection[str], listed: Collection[str]) -> None:
    """Items are shared without the child's agreement by the ground of listed items, and that ground names them."""
    if not set(listed) <= set(item_codes):
        raise Refused("listed", _("Tick these among the items that may be disclosed, too."))
    if bool(listed) is not (LISTED in ground_codes):
        raise Refused(
            "listed", _("The ground “an agreement to share listed items” and the list of them go together.")
        )


def check_own_rule(sender: Office, item_codes: Collection[str], ground_codes: Collection[str]) -> None:
    """An office's own written rule is a center's, and switches on the duty to accuse alone (刑事訴訟法239条2項): every other
    ground rests on what two offices agreed."""
    if sender.kind != OfficeKind.CGC:
        raise Refused("sender", _("Only a child guidance center has a rule of its own here."))
    if item_codes or list(ground_codes) != [OWN_RULE]:
        raise Refused(
            "grounds",
            _("An office's own rule switches on the duty to accuse, and nothing else. Choose the recipient."),
        )


def check_not_past(starts_on: date, today: date) -> None:
    """What gives power begins today or later."""
    if starts_on < today:
        raise Refused("past", _("The first day is not in the past."))


def check_may_decide_agreement(agreement: SharingAgreement, by: Position) -> None:
    """The director of the responsible office decides, once, what another person drafted."""
    _check_director_of(agreement.responsible, by)
    _check_undecided(agreement, by)


def check_may_end_agreement(agreement: SharingAgreement, by: Position, today: date) -> None:
    """The director of the responsible office brings the last day forward."""
    _check_director_of(agreement.responsible, by)
    if not agreement.approved or agreement.ends_on < today:
        raise Refused(
            "not_in_force",
            _("Only an agreement that was approved and is not over has a day to bring forward."),
        )


def check_agreement_ends(agreement: SharingAgreement, last_day: date, today: date) -> None:
    """Earlier than agreed, not before today and not before it began."""
    if not max(today, agreement.starts_on) <= last_day <= agreement.ends_on:
        raise Refused("last_day", _("Choose a day from today to the last day agreed."))


def check_may_draft_delegation(by: Position) -> None:
    """Supervisors and directors draft delegations."""
    check_role_may(by, Permission.MANAGE_TEAM)


def check_delegation(
    to_position: Position, acts: Collection[Act], starts_on: date, ends_on: date, by: Position, *, today: date
) -> None:
    """To another person of the same office whose role drafts or decides, for named acts, from today or later, until a day."""
    check_may_draft_delegation(by)
    if (
        to_position.office_id != by.office_id
        or to_position.staff_id == by.staff_id
        or not to_position.is_current_on(today)
    ):
        raise Refused("delegate", _("Choose another person of your office."))
    if Role(to_position.role) not in DELEGATES:
        raise Refused("delegate_role", _("This role neither drafts nor decides such acts."))
    if not acts:
        raise Refused("acts", _("Choose at least one act."))
    check_not_past(starts_on, today)
    if ends_on < starts_on:
        raise Refused("delegation_dates", _("The last day is before the first day."))


def check_may_decide_delegation(delegation: Delegation, by: Position) -> None:
    """A director of the office decides, once, what another person drafted, and never a delegation to themselves."""
    _check_director_of(delegation.office, by)
    if delegation.ended_at is not None:
        raise Refused("ended", _("It has ended already."))
    _check_undecided(delegation, by)
    if delegation.to_position.staff_id == by.staff_id:
        raise Refused("delegate", _("A delegation to oneself is not possible."))


def check_may_end_delegation(delegation: Delegation, by: Position) -> None:
    """A director of the office takes it back, once; the person who drafted it withdraws it before the decision."""
    if delegation.ended_at is not None or delegation.approved is False:
        raise Refused("ended", _("It has ended already."))
    if delegation.decided_at is None and delegation.drafted_person_id == by.staff_id:
        return
    _check_director_of(delegation.office, by)


def _check_director_of(office: Office, by: Position) -> None:
    if Role(by.role) is not Role.DIRECTOR or by.office_id != office.pk:
        raise Refused("not_director", _("The director of the responsible office decides this."))


def _check_undecided(act: TwoPersonAct, by: Position) -> None:
    if act.is_decided:
        raise Refused("decided", _("It was decided already."))
    if by.staff_id == act.drafted_person_id:
        raise Refused("own_draft", _("Whoever drafted it cannot decide it, in another position either."))
