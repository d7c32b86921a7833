"""Who keeps the register of training, and which days a row can have."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.directory.codes import INTERVIEW_YEARS_MOST
from agencies.staff.models import Position, Staff
from agencies.staff.roles import Permission
from agencies.staff.rules import Refused, check_role_may
from agencies.training.codes import INTERVIEW
from agencies.training.models import Training, months_after


def check_may_keep(by: Position, staff: Staff | None = None) -> None:
    """An administrator, and never their own row."""
    check_role_may(by, Permission.ADMINISTER)
    if staff is not None and staff.pk == by.staff_id:
        raise Refused("staff", _("Nobody certifies themselves. Ask another administrator."))


def check_days(course: str, facts: Mapping[str, Any], today: date) -> None:
    """The days of a row are in their order, and what they say can be so today. Raises Refused naming the field."""
    starts_on, ends_on, certified_on = (facts.get(name) for name in ("starts_on", "ends_on", "certified_on"))
    if starts_on is None and certified_on is None:
        raise Refused("starts_on", _("Enter from when the course is held, or when it was certified."))
    if ends_on is not None and (starts_on is None or ends_on < starts_on):
        raise Refused("ends_on", _("The last day comes after the first."))
    for name in ("applied_on", "certified_on"):
        if (day := facts.get(name)) is not None and day > today:
            raise Refused(name, _("This day lies in the future."))
    last = ends_on or starts_on
    if facts.get("attended") and last is not None and last > today:
        raise Refused("attended", _("The course is not over yet."))
    if certified_on is not None and starts_on is not None and certified_on < starts_on:
        raise Refused("certified_on", _("It is certified after the course has begun."))
    _check_certificate(course, certified_on, facts, today)


def _check_certificate(course: str, certified_on: date | None, facts: Mapping[str, Any], today: date) -> None:
    """It ends after it was given; to interview a child within three years, and a review came after it."""
    if certified_on is None:
        for name in ("certificate_no", "expires_on", "peer_review_on"):
            if facts.get(name):
                raise Refused(name, _("Enter this with the day of the certificate."))
        return
    _check_end(course, certified_on, facts.get("expires_on"))
    review = facts.get("peer_review_on")
    if review is not None and course not in INTERVIEW:
        raise Refused("peer_review_on", _("Peer reviews are of the courses in interviewing."))
    if review is not None and not certified_on <= review <= today:
        raise Refused(
            "peer_review_on", _("A peer review comes after the certificate, and not in the future.")
        )


def _check_end(course: str, certified_on: date, expires_on: date | None) -> None:
    if course in INTERVIEW:
        last = months_after(certified_on, 12 * INTERVIEW_YEARS_MOST)
        if expires_on is None or not certified_on < expires_on <= last:
            raise Refused(
                "expires_on",
                _("A certificate to interview ends after it was given, and within three years."),
            )
    elif expires_on is not None and expires_on <= certified_on:
        raise Refused("expires_on", _("A certificate ends after it was given."))


def check_may_follow(row: Training, facts: Mapping[str, Any]) -> None:
    """A further row comes after the latest of a course; what was certified stays as it was. Raises Refused."""
    if row.withdrawn_at is not None:
        raise Refused("withdrawn", _("This row has been withdrawn already."))
    if row.later.filter(withdrawn_at=None).exists():
        raise Refused("followed", _("There is a later row of this course. Go on from that one."))
    if not row.goes_on:
        raise Refused("certified", _("This course is certified. Enter a new certificate as a new row."))
    for name in ("certified_on", "expires_on") if row.certified_on else ():
        if facts.get(name) != getattr(row, name):
            raise Refused(name, _("The certificate stays as it was. Enter a new certificate as a new row."))


def check_may_withdraw(row: Training, by: Position) -> None:
    """An administrator withdraws a row that was wrong, once."""
    check_may_keep(by, row.staff)
    if row.withdrawn_at is not None:
        raise Refused("withdrawn", _("This row has been withdrawn already."))
