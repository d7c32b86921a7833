"""The counseling plans on the page of the case, on the timeline, among what holds, and what comes next."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.counseling import rules
from cases.counseling.amending import changes_of
from cases.counseling.codes import (
    COUNSELING_END,
    COUNSELING_PLAN,
    ChildStand,
    CustodianStand,
    FactInterview,
)
from cases.counseling.models import CounselingPlan, PlanMeasure, PlanReview
from cases.counseling.queries import (
    answers_of,
    ends_of,
    fact_interview,
    is_same_person,
    lacks_course,
    measure_rows,
    next_review,
    plans_of,
    review_rows,
    running_of,
)
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.forms import Change
from face.lines import Line, Step
from security.encryption.fields import value_of, words_of
from security.walls import clock

PLAN_BADGES = {
    "ahead": "info",
    "running": "ok",
    "to_review": "danger",
    "amended": "closed",
    "ended": "closed",
}


def shown(row: CounselingPlan, now: datetime) -> dict[str, Any]:
    """What a page says of one plan: its answers, and what the registers say to it while it waits or runs."""
    answers = answers_of(row)
    is_open = row.state_at(now) in (State.WAITING, State.APPROVED)
    return {
        "d": row,
        "answers": answers,
        "changes": _changes(row),
        "facts_ahead": is_open and fact_interview(row.case, now) is FactInterview.AHEAD,
        "same_person": is_open and is_same_person(row),
        "lacks_course": is_open and lacks_course(row),
        "child_against": is_open and value_of(row.child_stand) is not ChildStand.AGREES,
        "custodian_against": is_open and any(one.stand is CustodianStand.AGAINST for one in answers),
    }


def _changes(row: CounselingPlan) -> list[Change]:
    """What an amendment changes."""
    if row.amends is None:
        return []
    row.amends.case = row.case
    return changes_of(row.amends, row)


def panel(case: Case, by: Position) -> Panel:
    """Every plan with its state, by whom and until when, with no word of it; the button that drafts one."""
    now = clock.now()
    rows = plans_of(case)
    context = {
        "plans": [(row, *state_of(row, now)) for row in rows],
        "facts_ahead": any(row.runs_on(localdate(now)) for row in rows)
        and fact_interview(case, now) is FactInterview.AHEAD,
        "why_not": reason_against(rules.check_may_draft_plan, case, by, now),
    }
    return Panel("counseling", "cases/counseling/panel.html", context)


def state_of(row: CounselingPlan, now: datetime) -> tuple[Any, str]:
    """The state in words, and its colour: of an approved plan whether it runs."""
    state = row.plan_state_on(localdate(now), next_review(row) if row.approved else None)
    return (state.label, PLAN_BADGES[state]) if state else (row.state_label, row.badge)


def what_holds(case: Case, by: Position) -> list[Line]:
    """Each plan that runs, and since when."""
    return [
        Line(
            reverse("counseling", args=[case.pk, row.pk]),
            COUNSELING_PLAN.label,
            words_of(row.kind),
            on=row.starts_on,
            case_id=case.pk,
        )
        for row in running_of(case, clock.now())
    ]


def steps(case: Case, by: Position) -> list[Step]:
    """Drafts that came back."""
    return [
        *steps_after_return(COUNSELING_PLAN, plans_of(case), by),
        *steps_after_return(COUNSELING_END, ends_of(case), by),
    ]


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts and decisions of plans and ends, reviews, and that scores were recorded."""
    plans = [one for row in plans_of(case) for one in moments_of_act(row, COUNSELING_PLAN.label)]
    ends = [one for row in ends_of(case) for one in moments_of_act(row, COUNSELING_END.label)]
    reviews = [_reviewed(row) for row in review_rows(case)]
    return [*plans, *ends, *reviews, *[_measured(row) for row in measure_rows(case)]]


def _measured(row: PlanMeasure) -> Moment:
    said = (
        _("Test scores corrected: %(occasion)s")
        if row.replaces_id
        else _("Test scores recorded: %(occasion)s")
    )
    heading = said % {"occasion": words_of(row.occasion)}
    return Moment(row.recorded_at, heading, by=row.recorded_by.staff, row=row.pk)


def _reviewed(row: PlanReview) -> Moment:
    heading = _("Counseling plan reviewed: %(outcome)s") % {"outcome": words_of(row.outcome)}
    return Moment(row.recorded_at, heading, by=row.recorded_by.staff, row=row.pk)
