"""Temporary custody on the case page: what is in force, what waits, what was decided before."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.custody import rules
from cases.custody.queries import answers_of, decisions_of, opinions_to_hear, reaching_two_months, warrants_of
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import FEW, Line
from security.encryption.fields import value_of, words_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """Custody with its buttons; each grey one says why. The name of a withheld place is shown on the decision's own page only."""
    now = clock.now()
    decisions = decisions_of(case)
    current = next((item for item in decisions if item.is_in_force), None)
    oral = next((item for item in decisions if item.confirm_by and item.state is State.WAITING), None)
    lasting = current or oral
    limit = running_of(case, ClockKind.WARRANT)
    timed = current or next(
        (item for item in decisions if item.is_oral and item.state is not State.ENDED), None
    )
    context = {
        "decisions": decisions,
        "current": current,
        "warrants": warrants_of(case),
        "answers": answers_of(case),
        "lasting": lasting,
        "not_consent": reason_against(rules.check_may_record_consent, lasting, lasting.effective_at, by, now)
        if lasting
        else "",
        "warrant_for": timed.pk if limit is not None and timed is not None else None,
        "why_not_start": reason_against(rules.check_may_draft_start, case, by, now),
        "why_not_end": reason_against(rules.check_may_draft_end, case, by, now),
    }
    return Panel("custody", "cases/custody/panel.html", context)


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts, decisions and requests on the timeline."""
    found = [one for row in decisions_of(case) for one in moments_of_act(row, row.get_kind_display())]
    for answer in answers_of(case):
        heading = _("Person with parental authority: %(answer)s") % {"answer": words_of(answer.consent)}
        at = value_of(answer.answered_at) or answer.recorded_at
        found.append(Moment(at, heading, by=answer.recorded_by.staff.name))
    for request in warrants_of(case):
        found.append(
            Moment(request.requested_at, _("Custody warrant requested"), by=request.recorded_by.staff.name)
        )
    return found


def to_do(by: Position) -> list[Line]:
    """Children to be heard, and custody that reaches its two months."""
    lines = [
        Line(
            reverse("custody_opinion", args=[row.case_id, row.pk]),
            _("The child's opinion is to be heard promptly"),
            f"{row.case.number} {row.get_kind_display()}",
            at=row.effective_at,
            pressing=True,
            case_id=row.case_id,
        )
        for row in opinions_to_hear(by)[:FEW]
    ]
    for row in reaching_two_months(by)[:FEW]:
        last = rules.last_day(timezone.localdate(row.effective_at))
        lines.append(
            Line(
                reverse("case", args=[row.case_id]),
                _("Temporary custody reaches its two months"),
                row.case.number,
                on=last,
                pressing=last < clock.today(),
                case_id=row.case_id,
            )
        )
    return lines
