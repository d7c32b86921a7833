"""Asking an institution for its plan, the drafts and what is sent of them there, and the center's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, override

from agencies.directory.models import Office
from agencies.staff.models import Position
from cases.clocks.rules import end_of, last_day
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.models import Duty
from cases.guidelines.queries import Result, kept_results
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from cases.reliance import rules
from cases.reliance.models import PlanFacts, RelianceDraft, RelianceFile, ReliancePlan, RelianceTold
from cases.reliance.owed import FIRST, REVIEW
from cases.reliance.queries import Aim, draft_of, kept_aims, versions_at
from security.encryption.keyring import Scope, current
from security.encryption.typed import as_kept
from security.walls import clock


@dataclass(frozen=True, kw_only=True)
class DraftFacts:
    """What the institution writes: ``texts`` by the names of ``PlanFacts.TEXTS`` and ``PlanFacts.TOLD``; ``results`` in the order
    of the goals of the plan that was accepted before."""

    texts: Mapping[str, Any]
    aims: Sequence[Aim]
    results: Sequence[Result]
    review_on: date


@transaction.atomic
def ask_for_plan(case: Case, institution: Office, told: Mapping[str, str], *, by: Position) -> RelianceFile:
    """Ask an institution for its plan and tell it what the plan rests on; its staff are told. Whoever is in charge owes that the
    first plan is accepted in time. Raises Refused."""
    now = clock.now()
    locked(Case.objects.filter(pk=case.pk))
    decision = rules.check_may_ask(case, by)
    rules.check_institution(decision, institution)
    file = RelianceFile(case=case, decision=decision, center=case.office, institution=institution)
    file.opened_by, file.opened_at = by, now
    file.first_by = end_of(last_day(clock.today(), case.office.reliance_first_months))
    file.save(force_insert=True)
    current().create(file.key_scope(), by.office_id)
    tell_institution(file, told, by=by)
    leave_duty(case, FIRST, cause=file.pk, owner=_owner(case, by.pk), due_at=file.first_by)
    return file


@transaction.atomic
def tell_institution(file: RelianceFile, told: Mapping[str, str], *, by: Position) -> RelianceTold:
    """Write anew what the institution knows: the child as the record has it now, and what was typed. Raises Refused."""
    rules.check_may_tell(file, by)
    rules.check_told_nothing_withheld(file.case, {name: text for name, text in told.items() if text})
    row = RelianceTold(case=file.case, file=file, written_by=by, written_at=clock.now())
    for name, text in as_kept(file.case.child, RelianceTold.CHILD).items():
        setattr(row, name, text)
    for name in RelianceTold.TOLD:
        setattr(row, name, told[name] or None)
    row.save(force_insert=True)
    return row


@transaction.atomic
def end_file(file: RelianceFile, *, by: Position) -> None:
    """The institution writes no further plan; what was owed on it is owed no more. Raises Refused."""
    fresh = locked(RelianceFile.objects.filter(pk=file.pk))
    fresh.case = file.case
    rules.check_may_end(fresh, by)
    fresh.ended_at = clock.now()
    fresh.save(update_fields=["ended_at"])


@transaction.atomic
def save_draft(file: RelianceFile, facts: DraftFacts, *, saves: int, by: Position) -> RelianceDraft:
    """Save the plan that the institution works on; the center does not see it. ``saves``: how often it was saved when its page
    was read. Raises Refused."""
    now, versions = clock.now(), versions_at(file)
    rules.check_may_write(file, by, versions, now)
    rules.check_review_day(facts.review_on, clock.today(), file.center.reliance_months)
    rules.check_aims(facts.aims)
    rules.check_told_on(facts.texts.get("told_on"), clock.today())
    row = draft_of(file)
    if row is not None:
        row = locked(RelianceDraft.objects.filter(pk=row.pk))
    rules.check_not_changed(row, saves)
    if row is None:
        _key_of_drafts(file, by)
        number = max((one.row.version for one in versions), default=0) + 1
        row = RelianceDraft(case_id=file.case_id, file=file, version=number, saves=0)
    row.saves, row.saved_by, row.saved_at = saves + 1, by, now
    row.review_on, row.goals = facts.review_on, kept_aims(facts.aims)
    row.results = kept_results(facts.results) if facts.results else None
    for name in (*PlanFacts.TEXTS, *PlanFacts.TOLD):
        setattr(row, name, facts.texts.get(name) or None)
    if row.saves == 1:
        row.save(force_insert=True)
    else:
        row.save(update_fields=[*PlanFacts.CONTENT, "saves", "saved_by", "saved_at"])
    return row


def _key_of_drafts(file: RelianceFile, by: Position) -> None:
    """The key of the institution's own drafts is made with the first of them."""
    scope = Scope("reliancedraft", file.pk)
    if not current().can_open(scope):
        current().create(scope, by.office_id)


@transaction.atomic
def send_plan(file: RelianceFile, *, by: Position) -> ReliancePlan:
    """Send the draft: what both sides read is a copy under their common key. Whoever is in charge is told by the database. Raises
    Refused."""
    now = clock.now()
    rules.check_may_write(file, by, versions_at(file), now)
    draft = rules.check_whole(draft_of(file), now, file.center.reliance_months)
    plan = ReliancePlan(case_id=file.case_id, file=file, version=draft.version, sent_by=by, sent_at=now)
    plan.review_on = draft.review_on
    for name, text in as_kept(draft, PlanFacts.CONTENT[1:]).items():
        setattr(plan, name, text or None)
    plan.save(force_insert=True)
    return plan


@transaction.atomic
def answer_plan(plan: ReliancePlan, file: RelianceFile, *, accepted: bool, reason: str, by: Position) -> None:
    """Accept a plan, or ask back with a reason; the institution is told by the database. An accepted one is in force, the one
    before is not any more, and its review is owed. Raises Refused."""
    case = locked(Case.objects.filter(pk=plan.case_id))
    fresh = locked(ReliancePlan.objects.filter(pk=plan.pk))
    fresh.case = file.case = case
    rules.check_may_answer(fresh, file, by)
    rules.check_reason(accepted, reason)
    if reason:
        rules.check_told_nothing_withheld(case, {"reason": reason})
    fresh.accepted, fresh.answered_by, fresh.answered_at = accepted, by, clock.now()
    fresh.reason = None if accepted else reason
    fresh.save(update_fields=["accepted", "answered_by", "answered_at", "reason"])
    if accepted:
        _owe_review(case, fresh, by)


def _owe_review(case: Case, plan: ReliancePlan, by: Position) -> None:
    with override("ja"):
        note = gettext("The institution's plan was accepted.")
    for kind in (FIRST, REVIEW):
        open_ones = Duty.objects.filter(case=case, kind=kind.code, done_at=None)
        for cause in open_ones.values_list("cause", flat=True):
            settle_duties(case.pk, cause, kind, note=note, by=by)
    leave_duty(case, REVIEW, cause=plan.pk, owner=_owner(case, by.pk), due_at=end_of(plan.review_on))


def _owner(case: Case, otherwise: UUID) -> UUID:
    """Whoever is in charge; where nobody is, who acts."""
    return next(iter(positions_of_case(case.pk, Relation.LEAD)), otherwise)
