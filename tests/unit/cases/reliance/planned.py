"""A child placed at an institution that is asked for its plan: what tests of the room begin with."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.guidelines.codes import Horizon
from cases.guidelines.queries import Result
from cases.records.models import Case
from cases.reliance import actions
from cases.reliance.actions import DraftFacts
from cases.reliance.codes import Area, ChildAnswer
from cases.reliance.models import RelianceDraft, RelianceFile, ReliancePlan
from cases.reliance.queries import Aim, files_at, versions_at
from tests.cast import Cast
from tests.unit.cases.placement.placed import arrives, decided, fresh

TOLD = {
    "guideline": "安心して暮らし、学校に通う（架空）",
    "care": "父の交際相手との面会は制限中",
    "in_charge": "架空の福祉司",
}


def today() -> date:
    return timezone.localdate()


def aims(**more: Any) -> list[Aim]:
    """One short and one long goal."""
    short: dict[str, Any] = {
        "area": Area.CHILD, "horizon": Horizon.SHORT, "goal": "夜に眠れる", "means": "就寝前に話を聞く", "who": "担当職員",
        "until": today() + timedelta(days=60),
    }  # fmt: skip
    long = Aim(
        Area.FAMILY, Horizon.LONG, "母と会える", "面会を重ねる", "児相と園", today() + timedelta(days=300)
    )
    return [Aim(**short | more), long]


EXPLAINED: dict[str, Any] = {
    "told_how": "担当職員が絵を使って",
    "child_answer": ChildAnswer.PARTLY,
    "child_said": "「ピアノはつづけたい」",
    "head": "施設長　架空",
}
TEXTS: dict[str, Any] = {
    "child_wish": "「ともだちと同じ学校に行きたい」",
    "custodians_wish": "",
    "opinions": "",
    "consulted": "",
    "needs": "安心できる夜（架空）",
    "policy": "生活のリズムを整える（架空）",
    "for_child": "よる、ねるまえに話《はな》しをします。",
    "made_by": "架空の担当職員",
}


def facts(*, explained: bool = True, results: tuple[Result, ...] = (), **more: Any) -> DraftFacts:
    told = {**EXPLAINED, "told_on": today()} if explained else {}
    usual: dict[str, Any] = {
        "texts": TEXTS | told | more.pop("texts", {}),
        "aims": aims(),
        "results": list(results),
        "review_on": today() + timedelta(days=150),
    }
    return DraftFacts(**usual | more)


def asked(cast: Cast, case: Case | None = None) -> RelianceFile:
    """The child has come to the institution, which was asked for its plan."""
    if case is None:
        row = decided(cast)
        arrives(cast, row)
        case = row.case
    with acting_as(cast.caseworker):
        return actions.ask_for_plan(
            fresh(case), cast.positions["institution"].office, TOLD, by=cast.caseworker
        )


def seen_there(cast: Cast, file: RelianceFile, who: str = "institution") -> RelianceFile:
    """The file as the institution reads it; acts there."""
    return files_at(cast.positions[who], timezone.now()).get(pk=file.pk)


def drafted(cast: Cast, file: RelianceFile, *, saves: int = 0, **more: Any) -> RelianceDraft:
    by: Position = cast.positions["institution"]
    with acting_as(by):
        return actions.save_draft(seen_there(cast, file), facts(**more), saves=saves, by=by)


def sent(cast: Cast, file: RelianceFile, **more: Any) -> ReliancePlan:
    """A version that was explained to the child and sent."""
    drafted(cast, file, **more)
    by = cast.positions["institution"]
    with acting_as(by):
        return actions.send_plan(seen_there(cast, file), by=by)


def answered(
    cast: Cast, plan: ReliancePlan, *, accepted: bool = True, reason: str = "", by: Position | None = None
) -> ReliancePlan:
    """Answered by the center."""
    by = by or cast.caseworker
    with acting_as(by):
        file = RelianceFile.objects.get(pk=plan.file_id)
        row = ReliancePlan.objects.get(pk=plan.pk)
        file.case = row.case = fresh(Case.objects.get(pk=plan.case_id))
        actions.answer_plan(row, file, accepted=accepted, reason=reason, by=by)
        return next(one.row for one in versions_at(file) if one.row.pk == plan.pk)
