"""The support guideline on the page of the case, in the stream, what comes next, and what is owed on it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.rules import end_of
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.duties.codes import DutyKind
from cases.duties.queries import open_duties_of
from cases.guidelines import rules
from cases.guidelines.codes import GUIDELINE, GUIDELINE_REVIEW, Outcome
from cases.guidelines.models import Guideline, GuidelineReview, GuidelineTold
from cases.guidelines.queries import (
    custodians,
    goals_of,
    guideline_rows,
    guidelines_of,
    in_force,
    last_review,
    named_wishes,
    next_review,
    policy_to_follow,
    results_of,
    review_rows,
    reviews_of,
    told_rows,
)
from cases.records.models import Case
from cases.records.panel import Moment, Panel, roles_in_words
from face.lines import Line, Step
from security.encryption.fields import value_of, words_of
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """What the steps need on every page of a case."""
    return [guideline_rows(case), review_rows(case), told_rows(case)]


def panel(case: Case, by: Position) -> Panel:
    """The guideline in force with its goals; every draft, earlier one and evaluation with its state."""
    now, current = clock.now(), in_force(case)
    told = [row for row in told_rows(case) if current is not None and row.guideline_id == current.pk]
    context: dict[str, Any] = {
        "now": current,
        "next_on": next_review(current, reviews_of(case)) if current else None,
        "told": told,
        "rows": guidelines_of(case),
        "reviews": reviews_of(case),
        "why_not": reason_against(rules.check_may_draft_guideline, case, by, now),
        "why_not_review": reason_against(rules.check_may_review, case, by, now),
        "why_not_tell": reason_against(rules.check_may_tell, current, by) if current else "",
    }
    if context["now"] is not None:
        context["aims"] = goals_of(context["now"])
    return Panel("guidelines", "cases/guidelines/panel.html", context)


def shown(row: Guideline, _by: Position) -> Mapping[str, Any]:
    """What the template of a guideline needs."""
    _asked, suspects = custodians(row.case, clock.today())
    return {
        "d": row,
        "aims": goals_of(row),
        "voices": [
            (words_of(person.name), _(", ").join(roles_in_words(person)), wish.words)
            for person, wish in named_wishes(row)
        ],
        "suspects": [words_of(person.name) for person in suspects],
    }


def shown_review(row: GuidelineReview, _by: Position) -> Mapping[str, Any]:
    """What the template of an evaluation needs: each goal beside what became of it."""
    row.guideline.case = row.case
    both = zip(goals_of(row.guideline), results_of(row), strict=False)
    return {"d": row, "aims": [(goal, result.state, result.words) for goal, result in both]}


def what_holds(case: Case, by: Position) -> list[Line]:
    """The guideline in force, and until when it is evaluated."""
    row = in_force(case)
    if row is None:
        return []
    until = next_review(row, reviews_of(case))
    return [
        Line(
            _url(row),
            GUIDELINE.label,
            at=row.decided_at,
            due=end_of(until) if until else None,
            case_id=case.pk,
        )
    ]


def _url(row: Guideline) -> str:
    return reverse("decision", args=[row.case_id, GUIDELINE.value, row.pk])


def steps(case: Case, by: Position) -> list[Step]:
    """Drafts that came back; a guideline to be drafted after a conference or an evaluation; to be explained; to be evaluated."""
    rows, reviews = guidelines_of(case), reviews_of(case)
    found = [
        *steps_after_return(GUIDELINE, rows, by),
        *steps_after_return(GUIDELINE_REVIEW, reviews, by),
    ]
    found += [] if found else _to_draft(case, by)
    return [*found, *_owed(case, by)]


def _to_draft(case: Case, by: Position) -> list[Step]:
    address, reason = (
        reverse("guideline_new", args=[case.pk]),
        reason_against(rules.check_may_draft_guideline, case, by, clock.now()),
    )
    if policy_to_follow(case) is not None:
        return [Step(_("Draft the support guideline"), address, reason=reason)]
    current = in_force(case)
    last = last_review(current, reviews_of(case)) if current else None
    waits = any(row.state is State.WAITING for row in guidelines_of(case))
    if last is not None and value_of(last.outcome) is Outcome.CHANGE and not waits:
        due = end_of(last.next_on) if last.next_on else None
        return [Step(_("Draft the changed support guideline"), address, due, reason=reason)]
    return []


def _owed(case: Case, by: Position) -> list[Step]:
    """To be explained to the child at once; to be evaluated from the day on which it is told."""
    now, current, found = clock.now(), in_force(case), []
    if current is None:
        return []
    for duty in open_duties_of(case):
        late = duty.due_at < now
        if duty.kind == EXPLAIN.code:
            url = reverse("guideline_told", args=[case.pk, current.pk])
            reason = reason_against(rules.check_may_tell, current, by)
            label = _("Explain the support guideline to the child")
            found.append(Step(label, url, duty.due_at, pressing=late, reason=reason))
        ahead = timedelta(days=case.office.guideline_warn_days)
        if duty.kind == EVALUATE.code and duty.due_at - ahead < now:
            url, reason = (
                reverse("guideline_review", args=[case.pk]),
                reason_against(rules.check_may_review, case, by, now),
            )
            label = _("Evaluate the support guideline")
            found.append(Step(label, url, duty.due_at, pressing=late, reason=reason))
    return found


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts and decisions, and when it was explained to the child: few, and read for the steps already."""
    return [
        *(moment for row in guidelines_of(case) for moment in moments_of_act(row, GUIDELINE.label)),
        *(moment for row in reviews_of(case) for moment in moments_of_act(row, GUIDELINE_REVIEW.label)),
        *(_told(row) for row in told_rows(case)),
    ]


def _told(row: GuidelineTold) -> Moment:
    heading = _("Support guideline explained to the child")
    return Moment(row.recorded_at, heading, words_of(row.child_said), by=row.recorded_by.staff, row=row.pk)


def _guideline(case: UUID, cause: UUID) -> Line | None:
    """The guideline that a duty follows from."""
    row = Guideline.objects.filter(case=case, pk=cause).first()
    return Line(_url(row), GUIDELINE.label, at=row.decided_at) if row else None


def _evaluated(case: UUID, cause: UUID) -> Line | None:
    """The guideline, or the evaluation that set the next day."""
    row = GuidelineReview.objects.filter(case=case, pk=cause).first()
    if row is None:
        return _guideline(case, cause)
    url = reverse("decision", args=[case, GUIDELINE_REVIEW.value, row.pk])
    return Line(url, GUIDELINE_REVIEW.label, at=row.decided_at)


EXPLAIN = DutyKind(
    code="guideline_told",
    label=gettext_lazy("explain the support guideline to the child"),
    days=lambda office: office.guideline_explain_days,
    after=_guideline,
    by_act=True,
)
"""From its approval until it is recorded that the child was told. No law sets the days: they are the office's."""

EVALUATE = DutyKind(
    code="guideline_review",
    label=gettext_lazy("evaluate the support guideline"),
    days=lambda office: office.guideline_months * 28,
    after=_evaluated,
    by_act=True,
    of_plan=True,
)
"""Each guideline, and each evaluation, names the day of the next one; the end of that day is the duty's limit."""
