"""Who keeps offices, people, posts and agreements; nobody their own. The walls of the rooms below refuse the same."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from agencies.agreements.codes import grounds, items, items_for
from agencies.directory.models import Office, OfficeKind, Section
from agencies.staff.models import Delegation, Post, Staff
from agencies.staff.roles import CONFIRMED_ROLES, Act, Permission, Role
from agencies.staff.rules import Refused, check_role_may
from security.walls import clock


def check_may_administer(by: Post) -> None:
    """The administrators of the deployment."""
    check_role_may(by, Permission.ADMINISTER)


def check_may_change(staff: Staff, by: Post) -> None:
    """An administrator changes everybody's account and posts but their own."""
    check_may_administer(by)
    if staff.pk == by.staff_id:
        raise Refused(
            "own_account", _("Nobody changes their own account or posts. Ask another administrator.")
        )


def check_role_fits(role: str, office: Office, section: Section | None) -> None:
    """A role exists in certain kinds of office only (``PROFILES``), and a section belongs to its office."""
    if office.kind not in Role(role).profile.kinds:
        raise Refused("role_kind", _("This role does not exist in this kind of office."))
    if section is not None and section.office_id != office.pk:
        raise Refused("section_office", _("Choose a section of the same office."))
    if not office.active:
        raise Refused("office_closed", _("This office is not in use."))


def check_not_held(staff: Staff, office: Office, role: str, starts_on: date, ends_on: date | None) -> None:
    """One post in one role at one office at a time."""
    held = Post.objects.filter(staff=staff, office=office, role=role, refused_at=None)
    held = held.exclude(ends_on__lt=starts_on)
    if ends_on is not None:
        held = held.filter(starts_on__lte=ends_on)
    if held.exists():
        raise Refused("post_held", _("The person holds this role at this office at that time already."))


def check_may_end(post: Post, by: Post) -> None:
    """A post that is over stays over: with another last day the grants that ended with it would come back."""
    check_may_change(post.staff, by)
    if post.ends_on is not None and post.ends_on < clock.today():
        raise Refused("post_over", _("This post is over, and its accesses with it. Add a new post."))


def check_last_day(post: Post, last_day: date) -> None:
    """A post ends on or after the day it began."""
    if last_day < post.starts_on:
        raise Refused("post_dates", _("The last day is before the first day."))


def check_may_confirm(post: Post, by: Post) -> None:
    """The director of the office confirms a post that decides, supervises or audits; the privacy officer that of a director, and
    where the office has no director. Neither whoever added it nor the person who is to hold it. Raises :class:`Refused`.
    """
    check_role_may(by, Permission.CONFIRM_POSITIONS)
    if not post.is_waiting:
        raise Refused("not_waiting", _("This post does not wait for a confirmation."))
    by_privacy = Role(post.role) is Role.DIRECTOR or post.office.kind != OfficeKind.CGC
    if by_privacy and Role(by.role) is not Role.PRIVACY_OFFICER:
        raise Refused("confirmer", _("The privacy officer confirms this post."))
    if not by_privacy and (Role(by.role) is not Role.DIRECTOR or by.office_id != post.office_id):
        raise Refused("confirmer", _("The director of the office confirms this post."))
    if by.staff_id in (post.staff_id, post.added_by.staff_id if post.added_by else None):
        raise Refused("own_post", _("Another person than the one who added it or is to hold it confirms it."))


def check_not_prolonged(post: Post, last_day: date) -> None:
    """A post that others confirmed until a day ends then at the latest."""
    if Role(post.role) in CONFIRMED_ROLES and post.ends_on is not None and last_day > post.ends_on:
        raise Refused(
            "prolonged", _("This post was confirmed until a day. Add a new post for the time after.")
        )


def check_agreement(
    sender: Office, recipient: Office, item_codes: Iterable[str], ground_codes: Iterable[str]
) -> None:
    """An agreement is made by two offices, of known codes, and stays under the ceiling for the recipient's kind."""
    if sender.pk == recipient.pk:
        raise Refused("one_office", _("An agreement is made between two offices."))
    if not set(item_codes) <= set(items()) or not set(ground_codes) <= set(grounds()):
        raise Refused("unknown_code", _("Choose from the list."))
    if not set(item_codes) <= items_for(recipient.kind):
        raise Refused("ceiling", _("An office of the recipient's kind may never receive one of these items."))


def check_may_delegate(by: Post) -> None:
    """The director delegates."""
    check_role_may(by, Permission.DECIDE)


def check_delegation(to_post: Post, acts: Iterable[str], starts_on: date, ends_on: date, by: Post) -> None:
    """To somebody else of the same office who holds the post, for named acts, until a day."""
    check_may_delegate(by)
    if to_post.office_id != by.office_id or to_post.staff_id == by.staff_id:
        raise Refused("delegate", _("Choose another person of your office."))
    if not acts or not set(acts) <= set(Act.values):
        raise Refused("acts", _("Choose at least one act."))
    if ends_on < starts_on:
        raise Refused("delegation_dates", _("The last day is before the first day."))


def check_may_end_delegation(delegation: Delegation, by: Post) -> None:
    """Whoever gave it takes it back, once."""
    check_may_delegate(by)
    if delegation.given_by_id != by.pk:
        raise Refused("not_giver", _("Only the director who gave it can take it back."))
    if delegation.ended_at is not None:
        raise Refused("ended", _("It has ended already."))
