"""The state of the child's word on the case page, big and clear."""

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from referrals.consent import rules
from referrals.consent.codes import Purpose, Result
from referrals.consent.queries import exceptions_of, intentions_of, open_duties_of
from referrals.consent.views import labels_of


def panel(case: Case, by: Position) -> Panel:
    """What the child said last to each office, with the button to record or to withdraw."""
    rows = list(intentions_of(case))
    standing: dict[object, object] = {}
    for row in rows:
        standing.setdefault(row.recipient_id, row)
    context = {
        "rows": [
            (row, labels_of(row.items), labels_of(row.refused_items))
            for row in rows
            if standing[row.recipient_id] is row
        ],
        "earlier": len(rows),
        "exceptions": [row for row in exceptions_of(case) if row.decided_at is None or row.is_usable],
        "duties": open_duties_of(case),
        "not_record": reason_against(rules.check_may_record, case, by),
        "not_withdraw": reason_against(rules.check_may_withdraw, case, by),
        "not_except": reason_against(rules.check_may_request_exception, case, by),
    }
    return Panel("intention", "referrals/consent/panel.html", context)


def moments(case: Case, by: Position) -> list[Moment]:
    """When the child was asked and what came of it, and when an exception was decided."""
    found: list[Moment] = []
    for row in intentions_of(case):
        said = _("Intention about %(purpose)s: %(result)s") % {
            "purpose": Purpose(row.purpose).label,
            "result": Result(row.result).label,
        }
        found.append(Moment(row.asked_at, said, by=str(row.recorded_by.staff)))
        if row.taken_back_at is not None:
            taken_by = str(row.taken_back_by.staff) if row.taken_back_by else ""
            found.append(Moment(row.taken_back_at, _("The child withdrew"), by=taken_by))
    for exception in exceptions_of(case):
        if exception.decided_at is not None:
            heading = _("Exception approved") if exception.approved else _("Exception not approved")
            ground = str(exception.get_ground_display())
            found.append(Moment(exception.decided_at, heading, text=ground, by=str(exception.decided_by)))
    return found
