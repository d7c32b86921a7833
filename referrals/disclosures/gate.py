"""The gate as other rooms ask it (``Room.gate``): why some items of a case may not reach an office of the police now.

A sheet, or an agreement that another room makes with the police, rests on what a report rests on. The child's confirmation opens
it as often as it holds. An exception opens it through the one report that used it, and as long as that report is open: it is used
once. The database asks the same (``wall.may_be_told``).
"""

from collections.abc import Collection
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Office, OfficeKind
from agencies.staff.rules import reason_against
from cases.records.models import Case
from referrals.consent.models import ExceptionRequest, Intention
from referrals.consent.rules import allowed_items, bases_of, check_recipient, holds_at, why_no_basis
from referrals.disclosures.catalogue import ceiling, ordered
from referrals.disclosures.models import Disclosure
from referrals.disclosures.rules import WALLS, open_reports

USE_THE_REPORT = _(
    "An exception is used once, by a report. Send this office a report with what is to be told; as long as that report is open,"
    " this goes too."
)


def why_untold(case: Case, office: Office, items: Collection[str], now: datetime) -> str | Promise:
    """Why ``items`` may not reach ``office`` now, in a sentence; "" where they may."""
    wanted, most = set(items), ceiling(OfficeKind(office.kind))
    if why := reason_against(check_recipient, office):
        return why
    if not wanted <= {item.value for item in most}:
        return WALLS["disclosure_ceiling"]
    bases = [basis for basis in bases_of(case, now) if basis.recipient_id == office.pk]
    confirmed = [basis for basis in bases if isinstance(basis, Intention)]
    reports = [report for report in open_reports(case, now) if report.recipient_id == office.pk]
    if any(wanted <= allowed_items(basis, most, now) for basis in confirmed) or any(
        _carries(report, wanted, now) for report in reports
    ):
        return ""
    return _what_is_missing(
        case, bases, wanted - allowed_items(confirmed[0], most, now) if confirmed else set(), now
    )


def _what_is_missing(
    case: Case, bases: list[Intention | ExceptionRequest], left_out: set[str], now: datetime
) -> str | Promise:
    if left_out:
        return _not_covered(left_out)
    if bases:
        return USE_THE_REPORT
    if bases_of(case, now):
        return _("Neither the child nor an exception names this office.")
    return why_no_basis(case, now)


def _carries(report: Disclosure, wanted: set[str], now: datetime) -> bool:
    """Whether a report that was sent on an exception tells all of it, and still holds."""
    basis = report.exception
    if basis is None or report.sent_at is None or not wanted <= set(report.items):
        return False
    most = ceiling(OfficeKind(report.recipient.kind))
    return holds_at(basis, now, spent_on=report.pk) and wanted <= allowed_items(basis, most, now)


def _not_covered(left_out: set[str]) -> str:
    names = gettext(", ").join(str(item.label) for item in ordered(left_out))
    return ngettext(
        "The child, or the agreement with this office, does not let this be told: %(items)s. Ask the child about it.",
        "The child, or the agreement with this office, does not let these be told: %(items)s. Ask the child about them.",
        len(left_out),
    ) % {"items": names}
