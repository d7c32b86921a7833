"""Temporary custody on the case page: what is in force, what waits, what was decided before."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.clocks.rules import due_at, end_of
from cases.custody import consent as consents
from cases.custody import rules
from cases.custody.codes import CUSTODY_END, CUSTODY_START, Consent, DecisionKind
from cases.custody.expected import check_may_expect
from cases.custody.models import CustodyDecision
from cases.custody.queries import (
    NEAR,
    answers_of,
    continued_until,
    decisions_of,
    expected_day,
    expected_rows,
    hearings_of,
    is_past_expected,
    is_requested,
    lasting,
    opinions_to_hear,
    reaching_two_months,
    unasked_of,
    unasked_rows,
)
from cases.custody.unasked import check_may_mark
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.hearings.actions import due as due_for
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Chip, Line, Step
from face.reading import asked_once
from security.encryption.fields import value_of, words_of
from security.walls import clock


def panel(case: Case, by: Position) -> Panel:
    """Custody with its buttons; each grey one says why. The name of a withheld place is shown on the decision's own page only."""
    now = clock.now()
    heard = hearings_of(case)
    current = lasting(case)
    together = consents.together(current, now) if current else None
    context = {
        "decisions": [(row, *heard.get(row.pk, (None, []))) for row in decisions_of(case)],
        "current": current,
        "expected": list(expected_rows(case)),
        "not_expect": reason_against(check_may_expect, case, by),
        "answers": answers_of(case),
        "together": together,
        "unasked": unasked_of(case),
        "not_mark": reason_against(check_may_mark, case, by),
        "unsettled": _unsettled(case, together) if together else "",
        "only_oral": rules.records_only_oral(by),
        "not_consent": reason_against(rules.check_may_record_consent, current, current.effective_at, by, now)
        if current
        else "",
        "why_not_start": reason_against(rules.check_may_draft_start, case, by, now),
        "why_not_end": reason_against(rules.check_may_draft_end, case, by, now),
    }
    return Panel("custody", "cases/custody/panel.html", context)


def _unsettled(case: Case, together: consents.Together) -> str | Promise:
    runs = running_of(case, ClockKind.WARRANT) is not None
    current = lasting(case)
    return consents.unsettled(together, runs=runs, requested=current is not None and is_requested(current))


def _to_confirm(case: Case) -> CustodyDecision | None:
    """What was decided orally and waits for its confirmation."""
    return next((row for row in decisions_of(case) if row.confirm_by and row.state is State.WAITING), None)


def steps(case: Case, by: Position) -> list[Step]:
    """Oral custody to be confirmed, the child to be heard, the two months or an earlier expected end, and a draft that came
    back."""
    now, found = clock.now(), []
    if oral := _to_confirm(case):
        url = reverse("decision", args=[case.pk, CUSTODY_START.value, oral.pk])
        label = _("Have the oral custody decision confirmed in writing")
        found.append(Step(label, url, due=oral.confirm_by, pressing=True))
    for row in decisions_of(case):
        if row.is_unheard:
            url = reverse("custody_opinion", args=[case.pk, row.pk])
            reason = reason_against(rules.check_opinion_open, row, by)
            due, label = due_for(row.effective_at, case.office), _("Hear and record the child's opinion")
            found.append(Step(label, url, due, pressing=True, reason=reason))
    current = lasting(case)
    if current is not None and not is_requested(current) and running_of(case, ClockKind.WARRANT) is None:
        found += _steps_on_consent(case, by, current)
    term = running_of(case, ClockKind.CUSTODY_END) if current is not None else None
    if term is not None and term.due_at < now + NEAR:
        reason = reason_against(rules.check_may_draft_end, case, by, now)
        url, due = reverse("case_custody", args=[case.pk]), term.due_at
        found.append(Step(_("Decide on continuing or ending custody"), url, due, due < now, reason))
    elif current is not None:
        found += _step_on_expected(case, by, current, term.due_at if term else None)
    for act, kind in ((CUSTODY_START, DecisionKind.START), (CUSTODY_END, DecisionKind.END)):
        found += steps_after_return(act, [row for row in decisions_of(case) if row.kind == kind], by)
    return found


def _step_on_expected(
    case: Case, by: Position, current: CustodyDecision, term_due: datetime | None
) -> list[Step]:
    """Where the day until which custody is expected is near, as the watch over duties tells it, or has passed."""
    now, until = clock.now(), expected_day(current)
    near = timedelta(hours=case.office.duty_warn_hours)
    if until is None or continued_until(current, term_due) is not None or end_of(until) - near > now:
        return []
    is_past = is_past_expected(current, until, term_due)
    label = (
        _("The expected end of custody has passed: decide whether it ends")
        if is_past
        else _("The expected end of custody is near: decide whether it ends")
    )
    reason = reason_against(rules.check_may_draft_end, case, by, now)
    return [Step(label, reverse("case_custody", args=[case.pk]), end_of(until), is_past, reason)]


def _steps_on_consent(case: Case, by: Position, current: CustodyDecision) -> list[Step]:
    """What follows where no limit runs and no warrant was requested, although not everybody consents: after the seven days
    whether custody goes on is to be decided; before, parental authority has changed, and those who have it are asked."""
    now = clock.now()
    together = consents.together(current, now)
    if together.is_late:
        reason = reason_against(rules.check_may_draft_end, case, by, now)
        label = (
            _("Consent was withdrawn: decide whether custody goes on")
            if together.consent is Consent.OBJECTS
            else _("Not everybody consents: decide whether custody goes on")
        )
        return [Step(label, reverse("custody_end", args=[case.pk]), pressing=True, reason=reason)]
    if together.needed is None or not together.by_person:
        return []
    reason = reason_against(rules.check_may_record_consent, current, current.effective_at, by, now)
    due = due_at(ClockKind.WARRANT, current.effective_at, case.office)
    url = reverse("custody_consent", args=[case.pk, current.pk])
    return [Step(_("Ask each person with parental authority"), url, due, pressing=True, reason=reason)]


def cautions(case: Case, by: Position) -> list[Chip]:
    """A child in custody whose place must not be told; custody that was expected to be over by now."""
    current = lasting(case)
    if current is None:
        return []
    return [*place_withheld(current), *expected_over(current, expected_day(current), _term_due(case))]


def place_withheld(row: CustodyDecision) -> list[Chip]:
    """The warning of this custody."""
    return [Chip(_("Place of custody withheld"))] if value_of(row.place_withheld) else []


def expected_over(row: CustodyDecision, until: date | None, term_due: datetime | None) -> list[Chip]:
    """The warning that the day ``until`` which this custody was expected has passed; none where it was continued."""
    is_past = is_past_expected(row, until, term_due)
    return [Chip(_("Expected end of custody has passed"), "warning")] if is_past else []


def _term_due(case: Case) -> datetime | None:
    term = running_of(case, ClockKind.CUSTODY_END)
    return term.due_at if term else None


def what_holds(case: Case, by: Position) -> list[Line]:
    """Custody that goes on, and since when."""
    current = lasting(case)
    if current is None:
        return []
    url = reverse("decision", args=[case.pk, CUSTODY_START.value, current.pk])
    return [Line(url, CUSTODY_START.label, at=current.effective_at, case_id=case.pk)]


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts, decisions and answers on the timeline."""
    found = [one for row in decisions_of(case) for one in moments_of_act(row, row.get_kind_display())]
    for answer in answers_of(case):
        heading = _("Consent of those with parental authority: %(answer)s") % {
            "answer": words_of(answer.consent)
        }
        at = value_of(answer.answered_at) or answer.recorded_at
        text = words_of(answer.person.name) if answer.person else ""
        found.append(Moment(at, heading, text, by=answer.recorded_by.staff))
    found += [
        Moment(
            row.recorded_at,
            _("Before custody: %(mark)s") % {"mark": words_of(row.mark)},
            words_of(row.person.name),
            by=row.recorded_by.staff,
        )
        for row in unasked_rows(case)
    ]
    found += [
        Moment(
            row.recorded_at,
            _("Custody is expected until another day: %(day)s") % {"day": words_of(row.expected_until)},
            words_of(row.reason),
            by=row.recorded_by.staff,
        )
        for row in expected_rows(case)
    ]
    for one, told in hearings_of(case).values():
        at = value_of(one.heard_at) or one.recorded_at
        found.append(Moment(at, _("The child was heard on temporary custody"), by=one.recorded_by.staff))
        for row in told:
            at = value_of(row.answered_at) or row.recorded_at
            found.append(
                Moment(at, _("The child was told what became of its opinion"), by=row.recorded_by.staff)
            )
    return found


@asked_once
def first_to_do(by: Position, most: int) -> Sequence[QuerySet[Any]]:
    """The decisions and the custodies of which ``to_do`` tells."""
    return [opinions_to_hear(by)[:most], reaching_two_months(by)[:most]]


def to_do(by: Position, most: int) -> list[Line]:
    """Children to be heard, and custody that reaches its two months."""
    unheard, long = first_to_do(by, most)
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
        last = timezone.localdate(row.term_due)
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
