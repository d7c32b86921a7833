"""What went to a welfare office on the case page, and in its stream with what was decided."""

from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from cases.welfare import rules
from cases.welfare.codes import BADGES, Verdict
from cases.welfare.models import WelfareDecision, WelfareReferral
from cases.welfare.queries import decision_on, referrals_of
from security.encryption.fields import value_of, words_of


def panel(case: Case, by: Position) -> Panel:
    """What went there with what was decided, and the button that records one more."""
    rows = [(row, *state_of(decision_on(row))) for row in referrals_of(case)]
    context = {"rows": rows, "why_not": reason_against(rules.check_may_record, case, by)}
    return Panel("welfare", "cases/welfare/panel.html", context)


def state_of(decision: WelfareDecision | None) -> tuple[str, str]:
    """Whether it is decided and how, in words, and the colour of that."""
    if decision is None:
        return _("not decided yet"), "warning"
    known = value_of(decision.verdict)
    return words_of(decision.verdict), BADGES[known] if isinstance(known, Verdict) else "neutral"


def moments(case: Case, by: Position) -> list[Moment]:
    """That it was sent, and what was decided."""
    found: list[Moment] = []
    for row in referrals_of(case):
        found.append(_sent(row))
        if (decision := decision_on(row)) is not None:
            found.append(_decided(decision))
    return found


def _sent(row: WelfareReferral) -> Moment:
    heading = _("Before the welfare office: %(matter)s") % {"matter": words_of(row.matter)}
    return Moment(row.recorded_at, heading, words_of(row.reason), by=row.recorded_by.staff, row=row.pk)


def _decided(row: WelfareDecision) -> Moment:
    heading = _("Decision of the welfare office: %(verdict)s") % {"verdict": words_of(row.verdict)}
    words = words_of(row.decision_words)
    return Moment(row.recorded_at, heading, words, by=row.recorded_by.staff, row=row.pk)
