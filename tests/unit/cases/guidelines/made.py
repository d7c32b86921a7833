"""Guidelines of the cast: what a draft says, and one that is in force."""

from datetime import date, timedelta
from typing import Any

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.decisions.codes import Verdict
from cases.guidelines import actions
from cases.guidelines.actions import GUIDE, REVIEW, GuidelineFacts, ReviewFacts
from cases.guidelines.codes import GoalState, Horizon, Outcome
from cases.guidelines.models import Guideline, GuidelineReview
from cases.guidelines.queries import Goal, Result, Wish, custodians
from cases.records.models import Case
from security.walls import clock
from tests.cast import Cast, a_case
from tests.unit.cases.prints.test_notice import a_person

TEXTS = {
    "child_wish": "「おばあちゃんの近くがいい」（架空）",
    "municipality": "見守りを続ける（架空市）",
    "needs": "安心して眠れる場所（架空）",
    "strengths": "絵を描くことが好き（架空）",
    "view_why": "判定会議の前（架空）",
    "support": "児童福祉司による継続指導（架空）",
    "support_why": "母が協力している（架空）",
    "alternatives": "里親委託：本人が望まない（架空）",
    "care": "父の話を尋ねない（架空）",
    "for_child": "あなたが 安心《あんしん》して くらせるように、いっしょに かんがえます。",
}


def days(number: int) -> date:
    return clock.today() + timedelta(days=number)


def goals(**more: Any) -> list[Goal]:
    usual = {"goal": "眠れる", "means": "面接と家庭訪問", "who": "児童福祉司（架空）"}
    return [
        Goal(Horizon.SHORT, until=days(60), **usual | more),
        Goal(Horizon.LONG, "地域で暮らす", "見守り", "架空市", days(300)),
    ]


def facts(case: Case, words: str = "「一緒に暮らしたい」（架空）", **more: Any) -> GuidelineFacts:
    asked, _suspects = custodians(case, clock.today())
    texts = TEXTS | {name: more.pop(name) for name in set(Guideline.TEXTS) & more.keys()}
    usual: dict[str, Any] = {
        "wishes": [Wish(one.pk, words) for one in asked],
        "goals": goals(),
        "review_on": days(150),
    }
    return GuidelineFacts(texts=texts, **usual | more)


def with_mother(cast: Cast) -> Case:
    """A case with a mother who can be asked."""
    case = a_case(cast)
    a_person(cast, case)
    return case


def fresh(case: Case) -> Case:
    return Case.objects.select_related("child", "office", "section").get(pk=case.pk)


def draft(
    cast: Cast,
    case: Case | None = None,
    earlier: Guideline | None = None,
    by: Position | None = None,
    **more: Any,
) -> Guideline:
    """By the caseworker."""
    case, by = case or with_mother(cast), by or cast.caseworker
    with acting_as(by):
        found = fresh(case)
        return actions.draft_guideline(found, facts(found, **more), by=by, earlier=earlier)


def decide(cast: Cast, row: Guideline, verdict: Verdict = Verdict.APPROVE, by: str = "director") -> Guideline:
    with acting_as(cast.positions[by]):
        return GUIDE.decide(row, verdict, by=cast.positions[by], note="理由（架空）")


def in_force(cast: Cast, case: Case | None = None, **more: Any) -> Guideline:
    return decide(cast, draft(cast, case, **more))


def review(
    cast: Cast,
    case: Case,
    earlier: GuidelineReview | None = None,
    states: tuple[GoalState, ...] = (),
    **more: Any,
) -> GuidelineReview:
    """By the caseworker, on the guideline in force."""
    usual: dict[str, Any] = {
        "outcome": Outcome.CONTINUE,
        "reviewed_on": clock.today(),
        "results": [Result(one, "様子（架空）") for one in states or (GoalState.REACHED, GoalState.NOT_YET)],
        "next_on": days(170),
        "child_view": "「眠れるようになった」（架空）",
        "assessment": "よくなっている（架空）",
    }
    with acting_as(cast.caseworker):
        return actions.draft_review(
            fresh(case), ReviewFacts(**usual | more), by=cast.caseworker, earlier=earlier
        )


def decide_review(cast: Cast, row: GuidelineReview, verdict: Verdict = Verdict.APPROVE) -> GuidelineReview:
    with acting_as(cast.director):
        return REVIEW.decide(row, verdict, by=cast.director, note="理由（架空）")


def tell(cast: Cast, row: Guideline, **more: Any) -> Any:
    usual = {
        "told_at": clock.now(),
        "told_by": "児童福祉司（架空）",
        "how": "絵で（架空）",
        "child_said": "「わかった」",
    }
    with acting_as(cast.caseworker):
        return actions.record_told(row, usual | more, by=cast.caseworker)
