"""Temporary custody on the case page: what is in force, what waits, what was decided before."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.custody import rules
from cases.custody.codes import CUSTODY_END, CUSTODY_START, Consent, DecisionKind
from cases.custody.models import CustodyDecision
from cases.custody.queries import (
    LONG,
    answers_of,
    decisions_of,
    lasting,
    opinions_to_hear,
    reaching_two_months,
    warrants_of,
)
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Chip, Line, Step
from face.together import read_together
from security.encryption.fields import value_of, words_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """Custody with its buttons; each grey one says why. The name of a withheld place is shown on the decision's own page only."""
    now = clock.now()
    decisions = decisions_of(case)
    current = lasting(case)
    timed = _timed(case)
    context = {
        "decisions": decisions,
        "current": current,
        "warrants": warrants_of(case),
        "answers": answers_of(case),
        "only_oral": rules.records_only_oral(by),
        "not_consent": reason_against(rules.check_may_record_consent, current, current.effective_at, by, now)
        if current
        else "",
        "warrant_for": timed.pk if timed and running_of(case, ClockKind.WARRANT) else None,
        "why_not_start": reason_against(rules.check_may_draft_start, case, by, now),
        "why_not_end": reason_against(rules.check_may_draft_end, case, by, now),
    }
    return Panel("custody", "cases/custody/panel.html", context)


def _to_confirm(case: Case) -> CustodyDecision | None:
    """What was decided orally and waits for its confirmation."""
    return next((row for row in decisions_of(case) if row.confirm_by and row.state is State.WAITING), None)


def _timed(case: Case) -> CustodyDecision | None:
    """The decision that the time limit of the warrant runs on: the custody that lasts, or an oral one that was returned."""
    oral = (row for row in decisions_of(case) if row.is_oral and row.ended_at is None)
    return lasting(case) or next(oral, None)


def steps(case: Case, by: Position) -> list[Step]:
    """Oral custody to be confirmed, the warrant, the child to be heard, the two months, and a draft that came back."""
    now, found = clock.now(), []
    if oral := _to_confirm(case):
        url = reverse("decision", args=[case.pk, CUSTODY_START.value, oral.pk])
        label = _("Have the oral custody decision confirmed in writing")
        found.append(Step(label, url, due=oral.confirm_by, pressing=True))
    limit, timed = running_of(case, ClockKind.WARRANT), _timed(case)
    if limit is not None and timed is not None:
        url = reverse("custody_warrant", args=[case.pk, timed.pk])
        reason = reason_against(rules.check_may_request_warrant, timed, limit, now, by, now)
        found.append(Step(_("Record the warrant request"), url, limit.due_at, pressing=True, reason=reason))
    for row in decisions_of(case):
        if row.is_unheard:
            url = reverse("custody_opinion", args=[case.pk, row.pk])
            reason = reason_against(rules.check_opinion_open, row, by)
            found.append(Step(_("Hear and record the child's opinion"), url, pressing=True, reason=reason))
    current = lasting(case)
    if current is not None and limit is None and _consent_withdrawn_late(case, current):
        reason = reason_against(rules.check_may_draft_end, case, by, now)
        label = _("Consent was withdrawn: decide whether custody goes on")
        found.append(Step(label, reverse("custody_end", args=[case.pk]), pressing=True, reason=reason))
    if current is not None and current.effective_at < now - LONG:
        reason = reason_against(rules.check_may_draft_end, case, by, now)
        url = reverse("custody_end", args=[case.pk])
        due = rules.two_months_over(current.effective_at)
        found.append(Step(_("Decide on continuing or ending custody"), url, due, due < now, reason))
    for act, kind in ((CUSTODY_START, DecisionKind.START), (CUSTODY_END, DecisionKind.END)):
        found += steps_after_return(act, [row for row in decisions_of(case) if row.kind == kind], by)
    return found


def _consent_withdrawn_late(case: Case, current: CustodyDecision) -> bool:
    """Whether the last answer is an objection of after the seven days, which no warrant and no later consent follows."""
    answers = [row for row in answers_of(case) if row.decision_id == current.pk]
    if not answers or value_of(answers[-1].consent) is not Consent.OBJECTS or warrants_of(case):
        return False
    return rules.is_late_withdrawal(current, value_of(answers[-1].answered_at) or answers[-1].recorded_at)


def cautions(case: Case, by: Position) -> list[Chip]:
    """A child in custody whose place must not be told."""
    current = lasting(case)
    return place_withheld(current) if current else []


def place_withheld(row: CustodyDecision) -> list[Chip]:
    """The warning of this custody."""
    return [Chip(_("Place of custody withheld"))] if value_of(row.place_withheld) else []


def what_holds(case: Case, by: Position) -> list[Line]:
    """Custody that goes on, and since when."""
    current = lasting(case)
    if current is None:
        return []
    url = reverse("decision", args=[case.pk, CUSTODY_START.value, current.pk])
    return [Line(url, CUSTODY_START.label, at=current.effective_at, case_id=case.pk)]


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts, decisions and requests on the timeline."""
    found = [one for row in decisions_of(case) for one in moments_of_act(row, row.get_kind_display())]
    for answer in answers_of(case):
        heading = _("Consent of those with parental authority: %(answer)s") % {
            "answer": words_of(answer.consent)
        }
        at = value_of(answer.answered_at) or answer.recorded_at
        found.append(Moment(at, heading, by=answer.recorded_by.staff))
    for request in warrants_of(case):
        found.append(
            Moment(request.requested_at, _("Custody warrant requested"), by=request.recorded_by.staff)
        )
    return found


def to_do(by: Position, most: int) -> list[Line]:
    """Children to be heard, and custody that reaches its two months."""
    unheard, long = opinions_to_hear(by)[:most], reaching_two_months(by)[:most]
    read_together(unheard, long)
    lines = [
        Line(
            reverse("custody_opinion", args=[row.case_id, row.pk]),
            _("The child's opinion is to be heard promptly"),
            row.get_kind_display(),
            at=row.effective_at,
            pressing=True,
            case_id=row.case_id,
            number=row.case.number,
        )
        for row in unheard
    ]
    for row in long:
        last = rules.last_day(timezone.localdate(row.effective_at))
        lines.append(
            Line(
                reverse("case_custody", args=[row.case_id]),
                _("Temporary custody reaches its two months"),
                on=last,
                pressing=last < clock.today(),
                case_id=row.case_id,
                number=row.case.number,
            )
        )
    return lines
