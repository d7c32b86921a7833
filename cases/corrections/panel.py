"""Corrections on the page of custody and in the stream, and what comes next of them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.clocks.codes import ClockKind
from cases.clocks.queries import running_of
from cases.clocks.rules import due_at
from cases.corrections import rules
from cases.corrections.actions import CUSTODY
from cases.corrections.codes import CUSTODY_CORRECTION, STEP_CORRECTION
from cases.corrections.models import CustodyCorrection
from cases.corrections.queries import (
    custody_rows,
    in_effect,
    printed_before,
    step_rows,
    steps_written,
    within,
)
from cases.custody.codes import DecisionKind
from cases.decisions.codes import State
from cases.decisions.panel import moments_of_act, steps_after_return
from cases.prints.actions import number_of
from cases.prints.queries import papers
from cases.records.models import Case
from cases.records.panel import Moment, Panel
from face.lines import Step
from security.walls import clock


def first(case: Case) -> list[QuerySet[Any]]:
    """What the steps need on every page of a case."""
    return [custody_rows(case), step_rows(case)]


def panel(case: Case, by: Position) -> Panel | None:
    """What can be corrected, the drafts and decisions, and the papers with an old date; None where no custody was decided."""
    decisions = in_effect(case)
    if not decisions:
        return None
    now, forms = clock.now(), papers()
    context = {
        "decisions": decisions,
        "steps": [step for _file, step in steps_written(case)],
        "custody": within(case, custody_rows(case)),
        "mended": within(case, step_rows(case)),
        "printed": [
            (row, forms[row.paper].label if row.paper in forms else row.paper, number_of(row, mark_of(case)))
            for row in printed_before(case)
        ],
        "why_not": reason_against(rules.check_may_correct, case, by, now),
        "why_not_step": reason_against(rules.check_may_correct_step, case, by, now),
    }
    return Panel("corrections", "cases/corrections/panel.html", context)


def mark_of(case: Case) -> str:
    """What the numbers of the office's papers bear."""
    return case.office.document_mark or case.office.name


def steps(case: Case, by: Position) -> list[Step]:
    """A correction that waits, with the limit as it would be where that is stricter; a draft that came back."""
    now, found = clock.now(), []
    waiting = [row for row in within(case, custody_rows(case)) if row.state_at(now) is State.WAITING]
    for row in waiting:
        label, due = _("Have the correction of custody decided"), _stricter(case, row)
        found.append(Step(label, CUSTODY.url(row), due, pressing=due is not None))
    found += steps_after_return(CUSTODY_CORRECTION, list(custody_rows(case)), by)
    return [*found, *steps_after_return(STEP_CORRECTION, list(step_rows(case)), by)]


def _stricter(case: Case, row: CustodyCorrection) -> datetime | None:
    """When a limit is due that runs from a start which was earlier (児童福祉法33条3項・12項)."""
    if row.decision.kind != DecisionKind.START or row.corrected_at >= row.held_at:
        return None
    kinds = (ClockKind.WARRANT, ClockKind.CUSTODY_END)
    running = [kind for kind in kinds if running_of(case, kind) is not None]
    return min((due_at(kind, row.corrected_at, case.office) for kind in running), default=None)


def moments(case: Case, by: Position) -> list[Moment]:
    """Drafts and decisions, of which a case has few."""
    return [
        *(
            one
            for row in within(case, custody_rows(case))
            for one in moments_of_act(row, CUSTODY_CORRECTION.label)
        ),
        *(one for row in within(case, step_rows(case)) for one in moments_of_act(row, STEP_CORRECTION.label)),
    ]
