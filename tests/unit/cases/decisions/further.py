"""Kinds of decision on conferences, the stay in custody and contact, for the tests of the decision machine."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.conferences.actions import ACCEPTANCE, draft_acceptance
from cases.conferences.queries import items_of
from cases.consents.codes import Said
from cases.continuing.actions import CONTINUE, ContinuingFacts, draft_continuing
from cases.corrections.actions import CUSTODY, STEP, draft_correction, draft_step_correction
from cases.counseling.actions import PLAN, draft_plan
from cases.counseling.later import END as ENDED
from cases.counseling.later import draft_end as draft_end_of_plan
from cases.decisions.actions import Decision
from cases.decisions.models import CaseAct
from cases.diagnoses.actions import JUDGED, draft_judgement
from cases.diagnoses.models import Judgement
from cases.diagnoses.queries import assessed_at, rested_on
from cases.guidelines.actions import GUIDE, REVIEW, ReviewFacts, draft_guideline, draft_review
from cases.guidelines.codes import Outcome
from cases.guidelines.queries import results_of
from cases.households.actions import JOIN, SPLIT, draft_join, draft_split
from cases.limits.actions import END, LIMIT, LimitFacts, draft_end, draft_limit
from cases.limits.codes import Basis, Extent
from cases.limits.models import ContactLimit
from cases.placement import later
from cases.placement.actions import RENEW, START, draft_placement, draft_renewal
from cases.placement.codes import CourtAct, EndTo
from cases.records.codes import StayKind
from cases.records.models import Case
from cases.stays.actions import CHANGE, draft_change
from cases.warrants.actions import REQUEST, draft_request
from cases.warrants.codes import WarrantState
from security.encryption.fields import value_of, values_of
from security.walls import clock
from tests import accepting, requesting
from tests.accepting import accepted
from tests.cast import Cast, a_case
from tests.requesting import stepped
from tests.unit.cases.continuing.test_continuing import begun
from tests.unit.cases.continuing.test_continuing import draft as drafted_continuing
from tests.unit.cases.corrections import test_custody as mended
from tests.unit.cases.corrections import test_steps as steps_mended
from tests.unit.cases.counseling import plans
from tests.unit.cases.counseling import test_later as plans_later
from tests.unit.cases.custody.test_actions import in_custody
from tests.unit.cases.diagnoses.test_judgement import a_judgement
from tests.unit.cases.guidelines import made
from tests.unit.cases.households.test_homes import LEFT, homes
from tests.unit.cases.households.test_homes import draft as drafted_join
from tests.unit.cases.households.test_homes import draft_split as drafted_split
from tests.unit.cases.limits.test_limits import a_limit
from tests.unit.cases.limits.test_limits import draft as drafted_limit
from tests.unit.cases.placement import placed
from tests.unit.cases.prints.test_notice import a_person
from tests.unit.cases.stays.test_places import draft as drafted_place
from tests.unit.cases.stays.test_places import facts as place_facts


def an_acceptance(cast: Cast) -> CaseAct:
    return accepting.drafted(cast, a_case(cast), cast.caseworker, cast.caseworker)


def a_move(cast: Cast) -> CaseAct:
    return drafted_place(cast, in_custody(cast).case)


def a_continuing(cast: Cast) -> CaseAct:
    return drafted_continuing(cast, begun(cast))


def a_limit_draft(cast: Cast) -> CaseAct:
    case = a_case(cast)
    return drafted_limit(cast, case, a_person(cast, case))


def an_end_of_limit(cast: Cast) -> CaseAct:
    case, _person, limit = a_limit(cast)
    with acting_as(cast.caseworker):
        fresh = ContactLimit.objects.select_related("person", "case").get(pk=limit.pk)
        found = Case.objects.get(pk=case.pk)
        return draft_end(found, fresh, child_view="架空", reason="理由（架空）", by=cast.caseworker)


def a_warrant_request(cast: Cast) -> CaseAct:
    return requesting.drafted(cast, in_custody(cast).case)


def a_join(cast: Cast) -> CaseAct:
    cases = homes(cast)
    return drafted_join(cast, cases[0], cases[2])


def join_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_join(row.case, row.other, reason, by=who, earlier=row)


def a_split(cast: Cast) -> Any:
    return drafted_split(cast, homes(cast)[1])


def split_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_split(row.case, LEFT, reason, by=who, earlier=row)


def accept_anew(row: Any, reason: str, who: Position) -> Any:
    said = accepted(row.case, row.in_charge, decision=reason)
    return draft_acceptance(row.case, items_of(row.case)[0], said, by=who, earlier=row)


def move_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_change(row.case, replace(place_facts(), reason=reason), by=who, earlier=row)


def continue_anew(row: Any, reason: str, who: Position) -> Any:
    said = ContinuingFacts(until_on=row.until_on, reason=reason, opinion="「架空」")
    return draft_continuing(row.case, said, by=who, earlier=row)


def limit_anew(row: Any, reason: str, who: Position) -> Any:
    facts = LimitFacts(
        person=row.person,
        kinds=tuple(value_of(row.kinds) or ()),
        extent=Extent(value_of(row.extent) or ""),
        basis=Basis(value_of(row.basis) or ""),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        review_on=row.review_on,
        child_view="架空の意見",
        reason=reason,
    )
    return draft_limit(row.case, facts, by=who, earlier=row)


def end_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_end(row.case, row.changes, child_view="架空", reason=reason, by=who, earlier=row)


def warrant_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_request(row.case, replace(requesting.FACTS, reason=reason), by=who, earlier=row)


def a_custody_correction(cast: Cast) -> CaseAct:
    row = in_custody(cast)
    return mended.drafted(cast, row, row.effective_at - timedelta(minutes=1))


def custody_correction_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_correction(row.case, row.decision, row.corrected_at, reason, by=who, earlier=row)


def a_step_correction(cast: Cast) -> CaseAct:
    return steps_mended.drafted(cast, stepped(cast, steps_mended.asked(cast), WarrantState.REJECTED), None)


def step_correction_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_step_correction(row.case, row.step, row.corrected_at, reason, by=who, earlier=row)


def judgement_anew(row: Any, reason: str, who: Position) -> Any:
    texts = {**values_of(row, Judgement.TEXTS), "view": reason}
    return draft_judgement(row.case, assessed_at(row.case)[0], rested_on(row), texts, by=who, earlier=row)


def a_plan_draft(cast: Cast) -> CaseAct:
    return plans.draft(cast)


def plan_anew(row: Any, reason: str, who: Position) -> Any:
    fresh = Case.objects.select_related("office").get(pk=row.case_id)
    said = replace(plans.facts_of(fresh, row.provider), texts={**plans.TEXTS, "needs": reason})
    return draft_plan(fresh, said, by=who, earlier=row)


def a_guideline(cast: Cast) -> CaseAct:
    return made.draft(cast)


def guideline_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_guideline(row.case, made.facts(row.case, support_why=reason), by=who, earlier=row)


def an_evaluation(cast: Cast) -> CaseAct:
    return made.review(cast, made.in_force(cast).case)


def evaluation_anew(row: Any, reason: str, who: Position) -> Any:
    facts = ReviewFacts(
        outcome=Outcome(value_of(row.outcome) or ""),
        reviewed_on=clock.today(),
        results=results_of(row),
        next_on=row.next_on,
        child_view="「架空」",
        assessment=reason,
    )
    return draft_review(row.case, facts, by=who, earlier=row)


def an_end_draft(cast: Cast) -> CaseAct:
    return plans_later.an_end(cast, plans.a_plan(cast))


def end_of_plan_anew(row: Any, reason: str, who: Position) -> Any:
    said = plans_later.end_facts(row.plan, report=reason)
    row.plan.case = row.case
    return draft_end_of_plan(row.plan, said, by=who, earlier=row)


def a_placement(cast: Cast) -> CaseAct:
    return placed.draft(cast, placed.consented(cast))


def a_renewal(cast: Cast) -> CaseAct:
    case = placed.by_court(cast).case
    for step in (CourtAct.RENEWAL_ASKED, CourtAct.RENEWAL_GRANTED):
        placed.steps_court(cast, case, step)
    return placed.draft_renewal(cast, case)


def placement_anew(row: Any, reason: str, who: Position) -> Any:
    return draft_placement(
        row.case, placed.facts(row.hearing, reason=reason, item=row.item), by=who, earlier=row
    )


def a_placement_change(cast: Cast) -> CaseAct:
    case = placed.placed(cast).case
    placed.says(cast, case, placed.parent_of(cast, case), Said.CONSENTS)
    return placed.draft_change(cast, case)


def a_suspension(cast: Cast) -> CaseAct:
    return placed.draft_suspension(cast, placed.placed(cast).case)


def a_resumption(cast: Cast) -> CaseAct:
    case = placed.placed(cast).case
    placed.settle(cast, placed.draft_suspension(cast, case))
    return placed.draft_resumption(cast, case)


def an_end_of_placement(cast: Cast) -> CaseAct:
    case = placed.placed(cast).case
    placed.explains(cast, case, placed.parent_of(cast, case))
    return placed.draft_end(cast, case)


def placement_change_anew(row: Any, reason: str, who: Position) -> Any:
    facts = placed.facts(row.hearing, reason=reason, place="若草ホーム", item=row.item)
    return later.draft_change(row.case, facts, by=who, earlier=row)


def _measure(row: Any, reason: str) -> dict[str, Any]:
    said = {"reason": reason, "told_reason": reason, "hearing": row.hearing, "item": row.item}
    return {"effective_on": row.effective_on, **said}


def suspension_anew(row: Any, reason: str, who: Position) -> Any:
    facts = later.SuspensionFacts(stay_after=StayKind.HOSPITAL, **_measure(row, reason))
    return later.draft_suspension(row.case, facts, by=who, earlier=row)


def resumption_anew(row: Any, reason: str, who: Position) -> Any:
    return later.draft_resumption(row.case, later.ResumeFacts(**_measure(row, reason)), by=who, earlier=row)


def end_of_placement_anew(row: Any, reason: str, who: Position) -> Any:
    ends: dict[str, Any] = {"stay_after": StayKind.OTHER, "end_to": EndTo.OTHER, "guidance_effect": "架空"}
    return later.draft_end(row.case, later.EndFacts(**_measure(row, reason) | ends), by=who, earlier=row)


def renewal_anew(row: Any, reason: str, who: Position) -> Any:
    facts = placed.renewal(row.hearing, row.review_on, reason=reason)
    return draft_renewal(row.case, facts, by=who, earlier=row)


FURTHER: dict[str, tuple[Decision[Any], Callable[[Cast], CaseAct], Callable[[Any, str, Position], Any]]] = {
    "acceptance": (ACCEPTANCE, an_acceptance, accept_anew),
    "custody_continue": (CONTINUE, a_continuing, continue_anew),
    "custody_place": (CHANGE, a_move, move_anew),
    "contact_limit": (LIMIT, a_limit_draft, limit_anew),
    "household_join": (JOIN, a_join, join_anew),
    "household_split": (SPLIT, a_split, split_anew),
    "contact_limit_end": (END, an_end_of_limit, end_anew),
    "guideline": (GUIDE, a_guideline, guideline_anew),
    "guideline_review": (REVIEW, an_evaluation, evaluation_anew),
    "judgement": (JUDGED, a_judgement, judgement_anew),
    "counseling_plan": (PLAN, a_plan_draft, plan_anew),
    "counseling_end": (ENDED, an_end_draft, end_of_plan_anew),
    "warrant_request": (REQUEST, a_warrant_request, warrant_anew),
    "placement": (START, a_placement, placement_anew),
    "placement_renew": (RENEW, a_renewal, renewal_anew),
    "placement_change": (later.CHANGE, a_placement_change, placement_change_anew),
    "placement_suspend": (later.SUSPEND, a_suspension, suspension_anew),
    "placement_resume": (later.RESUME, a_resumption, resumption_anew),
    "placement_end": (later.END, an_end_of_placement, end_of_placement_anew),
    "custody_correction": (CUSTODY, a_custody_correction, custody_correction_anew),
    "warrant_step_correction": (STEP, a_step_correction, step_correction_anew),
}
"""By the code of the act: the kind, how one is drafted, and how its draft is written anew with another reason."""
