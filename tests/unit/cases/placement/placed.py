"""A child that is to be placed: what tests of the room begin with."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from agencies.staff.acting import acting_as
from cases.conferences.codes import Measure
from cases.consents.codes import How, Said
from cases.decisions.codes import Verdict
from cases.hearings.codes import Advocate
from cases.placement import actions, later
from cases.placement.actions import RENEW, START, PlacementFacts, RenewalFacts
from cases.placement.codes import Basis, CourtAct, DecisionKind, EndTo, Explained, PlacementKind
from cases.placement.models import PlacementAnswer, PlacementCourt, PlacementDecision, PlacementHearing
from cases.placement.queries import term_of
from cases.records.actions import save_person
from cases.records.codes import PersonRole, StayKind
from cases.records.models import Case, Person
from tests.accepting import resolve
from tests.cast import Cast, a_case

TODAY = timezone.localdate
HOME = PlacementKind.CHILDRENS_HOME
KINDS = {
    DecisionKind.START: START,
    DecisionKind.RENEW: RENEW,
    DecisionKind.CHANGE: later.CHANGE,
    DecisionKind.SUSPEND: later.SUSPEND,
    DecisionKind.RESUME: later.RESUME,
    DecisionKind.END: later.END,
}


def fresh(case: Case) -> Case:
    return Case.objects.select_related("office", "child", "section").get(pk=case.pk)


def a_parent(cast: Cast, case: Case, name: str = "架空母", **facts: Any) -> Person:
    texts = {"name": name, "role": PersonRole.CUSTODIAN, "roles_more": [PersonRole.PARENTAL_AUTHORITY]}
    with acting_as(cast.caseworker):
        return save_person(case, texts | facts, by=cast.caseworker)


def heard(cast: Cast, case: Case, **more: Any) -> PlacementHearing:
    facts = {
        "heard_at": timezone.now() - timedelta(hours=1), "place": "架空の部屋", "heard_by": "架空の福祉司",
        "explained": "絵を使った", "advocate": Advocate.PRESENT, **more,
    }  # fmt: skip
    with acting_as(cast.caseworker):
        return actions.record_hearing(fresh(case), facts, opinion="「施設でもいい」", by=cast.caseworker)


def says(
    cast: Cast, case: Case, who: Person | None, said: Said, kind: PlacementKind = HOME, **more: Any
) -> PlacementAnswer:
    words = {
        Said.NOT_REACHED: {"tries": "三度電話した（架空）"},
        Said.NOT_ASKED: {"why_not_asked": "危険がある（架空）", "decided_by_text": "架空所長"},
    }.get(said, {"how": How.MEETING, "note": "架空の答え"})
    facts: dict[str, Any] = {"answered_at": timezone.now(), "person": who, **words, **more}
    with acting_as(cast.caseworker):
        return actions.record_answer(fresh(case), asked_kind=kind, consent=said, by=cast.caseworker, **facts)


def steps_court(
    cast: Cast, case: Case, step: CourtAct, on: date | None = None, **more: Any
) -> PlacementCourt:
    if step is CourtAct.GRANTED:
        more = {"kinds": [HOME], **more}
    with acting_as(cast.caseworker):
        return actions.record_court(
            fresh(case), step=step, step_on=on or TODAY(), court="架空家庭裁判所", by=cast.caseworker, **more
        )


def facts(hearing: PlacementHearing | None, **more: Any) -> PlacementFacts:
    usual: dict[str, Any] = {
        "place_kind": HOME, "place": "青空学園", "effective_on": TODAY(), "basis": Basis.CONSENT, "hearing": hearing,
        "reason": "家庭での養育が困難（架空）", "told_reason": "家庭での養育が困難なため",
        "review_on": TODAY() + timedelta(days=90),
    }  # fmt: skip
    return PlacementFacts(**usual | more)


def draft(cast: Cast, case: Case, hearing: PlacementHearing | None = None, **more: Any) -> PlacementDecision:
    hearing = hearing or heard(cast, case)
    if "item" not in more:
        applied = more.get("basis") is Basis.APPLICATION
        more["item"] = resolve(cast, case, Measure.INDEPENDENT if applied else Measure.PLACEMENT)
    with acting_as(cast.caseworker):
        return actions.draft_placement(fresh(case), facts(hearing, **more), by=cast.caseworker)


def settle(
    cast: Cast, row: PlacementDecision, verdict: Verdict = Verdict.APPROVE, by: str = "director"
) -> PlacementDecision:
    with acting_as(cast.positions[by]):
        note = "" if verdict is Verdict.APPROVE else "補正を要する"
        return KINDS[DecisionKind(row.kind)].decide(row, verdict, by=cast.positions[by], note=note)


def consented(cast: Cast, kind: PlacementKind = HOME) -> Case:
    """A case whose one person with parental authority consents."""
    case = a_case(cast)
    says(cast, case, a_parent(cast, case), Said.CONSENTS, kind)
    return case


def decided(cast: Cast, **more: Any) -> PlacementDecision:
    """A placement that was approved; the child is not there yet."""
    return settle(cast, draft(cast, consented(cast), **more))


def arrives(cast: Cast, row: PlacementDecision, **more: Any) -> Any:
    at = {"arrived_at": timezone.now(), **more}
    with acting_as(cast.caseworker):
        return actions.record_arrival(fresh(row.case), by=cast.caseworker, **at)


def by_court(cast: Cast, on: date | None = None, until: date | None = None) -> PlacementDecision:
    """A placement against the will of the father, by the court's approval."""
    case = a_case(cast)
    says(cast, case, a_parent(cast, case, "架空父"), Said.OBJECTS)
    day = on or TODAY()
    steps_court(cast, case, CourtAct.PETITION, day - timedelta(days=20))
    steps_court(cast, case, CourtAct.GRANTED, day - timedelta(days=2), until_day=until)
    effective: dict[str, Any] = {"effective_on": day, "review_on": day + timedelta(days=90)}
    return settle(cast, draft(cast, case, basis=Basis.COURT, **effective))


def renewal(hearing: PlacementHearing, review_on: date, **more: Any) -> RenewalFacts:
    usual: dict[str, Any] = {"reason": "なお必要（架空）", "told_reason": "なお必要なため"}
    return RenewalFacts(**usual | {"hearing": hearing, "review_on": review_on} | more)


def draft_renewal(cast: Cast, case: Case, **more: Any) -> PlacementDecision:
    hearing = more.pop("hearing", None) or heard(cast, case)
    with acting_as(cast.caseworker):
        limit = term_of(fresh(case))
        review_on = (limit.due_at.date() if limit else TODAY()) + timedelta(days=90)
        said = renewal(hearing, review_on, **more)
        return actions.draft_renewal(fresh(case), said, by=cast.caseworker)


def draft_change(cast: Cast, case: Case, **more: Any) -> PlacementDecision:
    hearing = heard(cast, case)
    more.setdefault("item", resolve(cast, case, Measure.CHANGED))
    with acting_as(cast.caseworker):
        said = facts(hearing, **{"place": "若草ホーム", **more})
        return later.draft_change(fresh(case), said, by=cast.caseworker)


def _usual(cast: Cast, case: Case) -> dict[str, Any]:
    reasons = {"reason": "事情の変化（架空）", "told_reason": "事情の変化のため"}
    return {"effective_on": TODAY(), **reasons, "hearing": heard(cast, case)}


def suspension(cast: Cast, case: Case, **more: Any) -> later.SuspensionFacts:
    stay: dict[str, Any] = {"stay_after": StayKind.HOSPITAL, "place": "港病院"}
    stay["item"] = resolve(cast, case, Measure.SUSPENDED)
    return later.SuspensionFacts(**_usual(cast, case) | stay | more)


def draft_suspension(cast: Cast, case: Case, **more: Any) -> PlacementDecision:
    said = suspension(cast, case, **more)
    with acting_as(cast.caseworker):
        return later.draft_suspension(fresh(case), said, by=cast.caseworker)


def draft_resumption(cast: Cast, case: Case, **more: Any) -> PlacementDecision:
    said = later.ResumeFacts(**_usual(cast, case) | more)
    with acting_as(cast.caseworker):
        return later.draft_resumption(fresh(case), said, by=cast.caseworker)


def end_facts(cast: Cast, case: Case, **more: Any) -> later.EndFacts:
    ends: dict[str, Any] = {
        "stay_after": StayKind.HOME, "place": "母宅", "end_to": EndTo.HOME, "guidance_effect": "指導の効果（架空）",
        "home_trial": "週末の外泊を六回（架空）", "item": resolve(cast, case, Measure.ENDED),
    }  # fmt: skip
    return later.EndFacts(**_usual(cast, case) | ends | more)


def draft_end(cast: Cast, case: Case, **more: Any) -> PlacementDecision:
    said = end_facts(cast, case, **more)
    with acting_as(cast.caseworker):
        return later.draft_end(fresh(case), said, by=cast.caseworker)


def explains(cast: Cast, case: Case, who: Person, way: Explained = Explained.HEARD, **more: Any) -> Any:
    told = {"explained_at": timezone.now(), "words": "架空の言葉", **more}
    with acting_as(cast.caseworker):
        return later.record_explained(fresh(case), who, way=way, by=cast.caseworker, **told)


def parent_of(cast: Cast, case: Case) -> Person:
    with acting_as(cast.caseworker):
        return Person.objects.get(case=case)


def placed(cast: Cast, **more: Any) -> PlacementDecision:
    """A placement that was approved, to which the child has come."""
    row = decided(cast, **more)
    arrives(cast, row)
    return row
