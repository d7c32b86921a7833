"""Counseling plans of the cast: as they are drafted and decided."""

from datetime import date, timedelta
from typing import Any

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.counseling import actions
from cases.counseling.actions import PLAN, PlanFacts
from cases.counseling.codes import ChildStand, CounselingKind, CustodianStand, ForWhom, Frequency, LegalForm
from cases.counseling.content import Asked
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import to_ask
from cases.decisions.codes import Verdict
from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast, a_case

TEXTS = {
    "child_words": "「ねこの話ならしたい」（架空）",
    "child_goal": "「夜ねむれるようになりたい」（架空）",
    "needs": "眠りと安心（架空）",
    "done_when": "一週間続けて眠れる（架空）",
    "risks": "",
}


def days(number: int) -> date:
    return clock.today() + timedelta(days=number)


def facts_of(case: Case, provider: Position | None, **more: Any) -> PlanFacts:
    """What a plan says; every custodian there is agrees."""
    texts = TEXTS | {name: more.pop(name) for name in TEXTS.keys() & more.keys()}
    usual: dict[str, Any] = {
        "kind": CounselingKind.PLAY,
        "legal_form": LegalForm.NONE,
        "for_whom": [ForWhom.CHILD],
        "child_stand": ChildStand.AGREES,
        "child_said_at": clock.now(),
        "frequency": Frequency.WEEKLY,
        "minutes": 50,
        "sessions": 12,
        "starts_on": days(0),
        "ends_on": days(150),
        "review_on": days(80),
        "provider": provider,
        "goals": {"goal_1": "眠る前の手順（架空）"},
        "asked": [
            Asked(person.pk, CustodianStand.AGREES, clock.now(), "お願いします（架空）")
            for person in to_ask(case, clock.today())
        ],
    }
    return PlanFacts(texts=texts, **usual | more)


def draft(
    cast: Cast,
    case: Case | None = None,
    *,
    by: str = "caseworker",
    earlier: CounselingPlan | None = None,
    **more: Any,
) -> CounselingPlan:
    case, who = case or a_case(cast), cast.positions[by]
    with acting_as(who):
        fresh = Case.objects.select_related("office", "child").get(pk=case.pk)
        said = facts_of(fresh, more.pop("provider", cast.caseworker), **more)
        return actions.draft_plan(fresh, said, by=who, earlier=earlier)


def decide(
    cast: Cast, row: CounselingPlan, verdict: Verdict = Verdict.APPROVE, by: str = "supervisor"
) -> CounselingPlan:
    with acting_as(cast.positions[by]):
        fresh = CounselingPlan.objects.select_related("case__office", "case__child").get(pk=row.pk)
        return PLAN.decide(fresh, verdict, by=cast.positions[by], note="架空")


def a_plan(cast: Cast, case: Case | None = None, **more: Any) -> CounselingPlan:
    """An approved one."""
    return decide(cast, draft(cast, case, **more))


def read(cast: Cast, row: CounselingPlan, by: str = "caseworker") -> CounselingPlan:
    with acting_as(cast.positions[by]):
        return CounselingPlan.objects.select_related("case__office", "case__child").get(pk=row.pk)
