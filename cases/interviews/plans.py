"""The only writers of the plan of a joint interview: proposing it, writing it, and what became of it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from agencies.staff.models import Position
from agencies.staff.rules import reason_against
from cases.duties.actions import fulfil_duty, leave_duty
from cases.duties.queries import duties_after, duties_open_on
from cases.duties.rules import check_may_fulfil
from cases.interviews import rules
from cases.interviews.codes import PlanState
from cases.interviews.models import JointEvent, JointPlan
from cases.interviews.panel import ANSWER, CONTACT, HOLD
from cases.interviews.queries import written_of
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from security.walls import clock

ENDED_BY = {
    PlanState.CONFERRING: (ANSWER,),
    PlanState.HELD: (ANSWER, HOLD),
    PlanState.NOT_NEEDED: (ANSWER, HOLD),
    PlanState.CANCELLED: (ANSWER, HOLD),
}
"""Which duties of the plan a step fulfils."""
COLUMNS = ("planned_for", "interviewer", "police", *JointPlan.TEXTS)


@transaction.atomic
def propose_plan(case: Case, facts: Mapping[str, Any], *, by: Position) -> JointPlan:
    """Propose a joint interview to the police and the prosecutor. Its lead is to answer within the hours that the office
    sets. Raises Refused.

    ``facts``: what is known, by the names of ``COLUMNS``.
    """
    now = clock.now()
    fresh = locked(Case.objects.filter(pk=case.pk))
    rules.check_may_propose(fresh, by)
    plan = JointPlan(case=fresh, proposed_by=by, proposed_at=now)
    _write(plan, facts, now)
    plan.save(force_insert=True)
    owner = next(iter(positions_of_case(fresh.pk, Relation.LEAD)), by.pk)
    for duty in duties_open_on(fresh).filter(kind=CONTACT.code):
        if not reason_against(check_may_fulfil, duty, by):
            fulfil_duty(duty, note=gettext("A joint interview was proposed."), by=by)
    answer_by = now + timedelta(hours=fresh.office.joint_answer_hours)
    leave_duty(fresh, ANSWER, cause=plan.pk, owner=owner, due_at=answer_by)
    leave_duty(fresh, HOLD, cause=plan.pk, owner=owner)
    return plan


@transaction.atomic
def write_plan(
    plan: JointPlan,
    facts: Mapping[str, Any],
    *,
    by: Position,
    agreed: str = "",
    version: int | None = None,
) -> JointPlan:
    """Write the plan while it is conferred on. With ``agreed`` (who agreed to what, and when) it stands from then on.
    With the police it is agreed only while the child, or an exception, lets them be told (ADR 108).

    Raises Refused, with the name of the field where one is wrong.
    """
    now = clock.now()
    fresh = locked(JointPlan.objects.filter(pk=plan.pk))
    rules.check_may_write(fresh, by)
    rules.check_version(fresh, version)
    if agreed:
        rules.check_step(fresh, PlanState.AGREED, by)
        rules.check_agreed(facts)
        rules.check_trained(facts.get("interviewer"), facts.get("planned_for"))
        rules.check_gate(fresh.case, facts.get("police"), now)
    _write(fresh, facts, now)
    fresh.save(update_fields=COLUMNS)
    if agreed:
        _happened(fresh, PlanState.AGREED, agreed, by)
    return fresh


def _write(plan: JointPlan, facts: Mapping[str, Any], now: datetime) -> None:
    rules.check_ahead(facts.get("planned_for"), now)
    rules.check_no_link(facts)
    rules.check_police(facts)
    for name in COLUMNS:
        setattr(plan, name, facts.get(name) or None)


@transaction.atomic
def take_step(
    plan: JointPlan, step: PlanState, words: str, *, by: Position, planned_for: datetime | None = None
) -> JointPlan:
    """Write what became of a plan: it is conferred on, moved (to ``planned_for``), not needed, or cancelled. Raises Refused."""
    fresh = locked(JointPlan.objects.filter(pk=plan.pk))
    rules.check_step(fresh, step, by)
    rules.check_taken(step, words, planned_for, clock.now())
    if step is PlanState.MOVED:
        rules.check_trained(fresh.interviewer, planned_for)
        rules.check_police(written_of(fresh))
        rules.check_gate(fresh.case, fresh.police, clock.now())
    _happened(fresh, step, words, by, planned_for if step is PlanState.MOVED else None)
    return fresh


def hold(plan: JointPlan, *, by: Position) -> None:
    """The interview of a plan was recorded. Called by that recording, within its transaction."""
    _happened(plan, PlanState.HELD, "", by)


def _happened(
    plan: JointPlan, step: PlanState, words: str, by: Position, planned_for: datetime | None = None
) -> None:
    """The event; the wall brings the plan to its state."""
    event = JointEvent(case=plan.case, plan=plan, step=step, written_by=by, written_at=clock.now())
    event.planned_for, event.words = planned_for, words or None
    event.save(force_insert=True)
    plan.refresh_from_db(fields=["state", "planned_for", "version"])
    _fulfil(plan, [kind.code for kind in ENDED_BY.get(step, ())], step, by)


def _fulfil(plan: JointPlan, kinds: Collection[str], step: PlanState, by: Position) -> None:
    """Duties that the step answers are done with it, where the writer may do them; else their owner is left to say so."""
    for duty in duties_after(plan.case_id, plan.pk).filter(kind__in=kinds, done_at=None):
        if not reason_against(check_may_fulfil, duty, by):
            fulfil_duty(duty, note=str(step.label), by=by)
