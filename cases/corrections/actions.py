"""Correcting when custody began or ended, and a step of a warrant: the limits that are counted from them follow."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks.actions import correct_by_decision
from cases.corrections import codes, rules
from cases.corrections.models import CustodyCorrection, StepCorrection
from cases.corrections.queries import printed_before
from cases.custody.actions import follow_consent
from cases.custody.codes import DecisionKind
from cases.custody.models import CustodyDecision
from cases.custody.rules import confirm_by
from cases.decisions.actions import Decision
from cases.records.actions import locked
from cases.records.models import Case
from cases.warrants.actions import owe_again
from cases.warrants.models import WarrantStep
from face.consequences import Consequences
from security.walls import clock


@transaction.atomic
def draft_correction(
    case: Case,
    decision: CustodyDecision,
    corrected_at: datetime,
    reason: str,
    *,
    by: Position,
    said_at: datetime | None = None,
    earlier: CustodyCorrection | None = None,
) -> CustodyCorrection:
    """Draft that custody began or ended at ``corrected_at``. The director or a delegate decides; nothing changes before.

    ``said_at``: when an oral decision was really said. ``earlier``: the drafter's own draft, of which the reason is changed, or a
    returned one to be drafted again. Raises Refused.
    """
    now = clock.now()
    row = CUSTODY.begin(case, by, now, earlier)
    row.reason = reason
    if not row._state.adding:
        rules.check_same(row, corrected_at, said_at)
        return CUSTODY.submit(row, by)
    decision.case = case
    rules.check_moment(decision, corrected_at, now)
    rules.check_said(decision, corrected_at, said_at)
    row.decision, row.held_at, row.corrected_at = decision, decision.effective_at, corrected_at
    row.said_at = said_at
    if said_at is not None:
        row.confirm_by = confirm_by(said_at)
    return CUSTODY.submit(row, by)


@transaction.atomic
def draft_step_correction(
    case: Case,
    step: WarrantStep,
    corrected_at: datetime | None,
    reason: str,
    *,
    by: Position,
    earlier: StepCorrection | None = None,
) -> StepCorrection:
    """Draft that a step of a warrant happened at ``corrected_at``, or without that moment that it was recorded in error.

    ``earlier``: the drafter's own draft to be changed, or a returned one to be drafted again. Raises Refused.
    """
    now = clock.now()
    row = STEP.begin(case, by, now, earlier)
    rules.check_step(*rules.check_there(case, step.pk), corrected_at, now)
    if row._state.adding:
        row.step, row.held_at = step, step.happened_at
    row.corrected_at, row.reason = corrected_at, reason
    return STEP.submit(row, by)


def _locked(rows: QuerySet[Any]) -> Any:
    """The case is locked before it is looked at: an end or a step that comes at the same time waits, and is seen."""
    row = locked(rows)
    row.case = locked(Case.objects.filter(pk=row.case_id))
    return row


def _custody_follows(row: CustodyCorrection, by: Position) -> None:
    """The moment of the decision is the right one, and every limit counted from it follows (児童福祉法33条3項・12項)."""
    correct_by_decision(row.case, row.pk, by="correct_custody")
    start = CustodyDecision.objects.select_related("case__office").get(pk=row.decision_id)
    if start.kind == DecisionKind.START and start.lasts:
        follow_consent(start, by=by)


def _step_follows(row: StepCorrection, by: Position) -> None:
    """A limit of the reversal follows. Where the struck step came after one with which the judge asked for more, that is owed
    again."""
    correct_by_decision(row.case, row.pk, by="correct_warrant_step")
    asked = row.step.follows if row.corrected_at is None else None
    if asked is not None:
        asked.case = row.case
        owe_again(asked, by=by)


def _custody_holds(row: CustodyCorrection, _by: Position, now: datetime) -> None:
    rules.check_holds(row, now)


def _custody_shown(row: CustodyCorrection, _by: Position) -> dict[str, Any]:
    return {"d": row, "printed": printed_before(row.case) if row.approved else []}


def _step_shown(row: StepCorrection, _by: Position) -> dict[str, Any]:
    return {"d": row}


CUSTODY = Decision(
    act=codes.CUSTODY_CORRECTION,
    model=CustodyCorrection,
    check_may_draft=rules.check_may_correct,
    content=("reason",),
    form_url="custody_correction",
    template="cases/corrections/custody_facts.html",
    context=_custody_shown,
    panels=lambda _row: ("corrections", "custody"),
    consequences=Consequences(
        _(
            "Custody began or ended at the corrected moment. Every time limit that runs from it is counted anew from there."
        ),
        _("Those in charge and the supervisors are told from when until when each limit is corrected."),
        _(
            "The moment that was decided first stays readable. Papers that were printed bear the old date: who has one must be"
            " told by the office itself."
        ),
    ),
    related=("decision",),
    lock=_locked,
    still_holds=_custody_holds,
    effect=_custody_follows,
    presses=True,
)
STEP = Decision(
    act=codes.STEP_CORRECTION,
    model=StepCorrection,
    check_may_draft=rules.check_may_correct_step,
    content=("reason", "corrected_at"),
    form_url="warrant_step_correction",
    template="cases/corrections/step_facts.html",
    context=_step_shown,
    panels=lambda _row: ("corrections", "warrant"),
    consequences=Consequences(
        _(
            "The step has the corrected moment, or is struck. The limit until which a ruling can be reversed follows."
        ),
        _("Those in charge and the supervisors are told where a limit is corrected."),
        _("What was written first stays readable. After a struck step another can be recorded in its place."),
    ),
    related=("step",),
    lock=_locked,
    still_holds=rules.check_step_holds,
    effect=_step_follows,
    presses=True,
)
