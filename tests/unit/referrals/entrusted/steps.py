"""A plan of play therapy entrusted to the therapist of an institution, as far as a test needs it. All of it is fictional."""

from datetime import datetime, timedelta
from typing import Any

from agencies.staff.acting import acting_as
from agencies.staff.models import Position
from cases.counseling.codes import GoalState
from cases.counseling.models import CounselingPlan
from cases.counseling.queries import all_plans_of
from cases.records.models import Case
from cases.sessions.codes import Attendance
from referrals.entrusted import actions
from referrals.entrusted.codes import Basis, ReturnKind
from referrals.entrusted.models import Entrusted, EntrustedReturn, EntrustedSession
from security.walls import clock
from tests.cast import Cast, a_case
from tests.unit.cases.counseling.plans import a_plan

TEXTS = {
    "identity_min": "氏名：架空　はな（架空）",
    "plan_kind": "遊戯療法（架空）",
    "plan_goal": "夜ねむれるようになる（架空）",
    "plan_frequency": "週1回50分（架空）",
    "plan_provider": "心理療法担当職員（架空）",
    "plan_review": "三か月後（架空）",
    "plan_cautions": "大きな音に驚く（架空）",
}
NOTE = "人形の家を作った（架空の記録）"


def planned(cast: Cast, case: Case | None = None, *, of: str = "home", **more: Any) -> CounselingPlan:
    """An approved plan that another office gives."""
    return a_plan(cast, case or a_case(cast), provider=None, other_office=cast.offices[of], **more)


def fresh_plan(plan: CounselingPlan) -> CounselingPlan:
    case = Case.objects.select_related("office", "child").get(pk=plan.case_id)
    found: CounselingPlan = all_plans_of(case).get(pk=plan.pk)
    found.case = case
    return found


def facts(cast: Cast, *, to: str = "therapist", **more: Any) -> actions.EntrustFacts:
    usual: dict[str, Any] = {
        "provider": cast.positions[to],
        "basis": Basis.CHILD,
        "child_words": "「せんせいになら はなしていい」（架空）",
        "answer_by": clock.today() + timedelta(days=7),
        "texts": TEXTS,
    }
    return actions.EntrustFacts(**usual | more)


def sent(
    cast: Cast, plan: CounselingPlan | None = None, *, by: str = "caseworker", of: str = "home", **more: Any
) -> Entrusted:
    """A plan that was entrusted, and is not answered yet."""
    plan, who = plan or planned(cast, of=of), cast.positions[by]
    with acting_as(who):
        return actions.entrust(fresh_plan(plan), facts(cast, **more), by=who)


def at_office(cast: Cast, row: Entrusted, who: str = "therapist") -> Entrusted:
    """The same as the other office has it."""
    with acting_as(cast.positions[who]):
        return Entrusted.objects.select_related("office", "center", "provider__staff").get(pk=row.pk)


def accepted(cast: Cast, row: Entrusted | None = None, **more: Any) -> Entrusted:
    row = row or sent(cast, **more)
    who = row.provider
    with acting_as(who):
        actions.accept(row, by=who)
    return row


def at_center(cast: Cast, row: Entrusted, by: str = "caseworker") -> Entrusted:
    with acting_as(cast.positions[by]):
        found = Entrusted.objects.select_related("case__office", "plan", "office", "provider__staff").get(
            pk=row.pk
        )
        found.plan.case = found.case
        return found


def session(cast: Cast, row: Entrusted, at: datetime | None = None) -> EntrustedSession:
    with acting_as(row.provider):
        return actions.plan_session(row, at or clock.now() - timedelta(seconds=1), by=row.provider)


def recorded(
    cast: Cast, row: Entrusted, attendance: Attendance = Attendance.HELD, danger: str = "", note: str = NOTE
) -> EntrustedSession:
    """A session that was recorded at the other office."""
    one = session(cast, row)
    told = actions.SessionFacts(
        attendance=attendance, summary="落ち着いて遊んだ（架空）", note=note, danger=danger
    )
    with acting_as(row.provider):
        return actions.record_session(one, told, by=row.provider)


def returned(
    cast: Cast, row: Entrusted, kind: ReturnKind, corrects: EntrustedReturn | None = None
) -> EntrustedReturn:
    """What the other office sends back besides sessions."""
    goals = row.goal_codes if kind in (ReturnKind.REVIEW, ReturnKind.END) else []
    told = actions.ReturnFacts(
        kind=kind,
        happened_at=clock.now(),
        summary="よく眠れるようになった（架空）",
        goal_states=dict.fromkeys(goals, GoalState.PARTLY),
    )
    with acting_as(row.provider):
        return actions.send_back(row, told, by=row.provider, corrects=corrects)


def returns(row: Entrusted, by: Position) -> list[EntrustedReturn]:
    """What was sent back, as this position sees it, the oldest first."""
    with acting_as(by):
        rows = EntrustedReturn.objects.filter(entrusted=row.pk).order_by("written_at", "id")
        if by.pk != row.provider_id:  # who sees the case
            rows = rows.select_related("entrusted__case__office", "entrusted__plan", "case__office")
        return list(rows)


def took(cast: Cast, sent: EntrustedReturn, by: str = "caseworker") -> None:
    """The center accepts it."""
    with acting_as(cast.positions[by]):
        actions.accept_return(sent, by=cast.positions[by])


def asked(
    cast: Cast, sent: EntrustedReturn, text: str = "時間を教えてください（架空）", by: str = "caseworker"
) -> None:
    """The center asks back on it."""
    with acting_as(cast.positions[by]):
        actions.ask_return_back(sent, text, by=cast.positions[by])


def withdrawn(cast: Cast, row: Entrusted, by: str = "caseworker") -> None:
    with acting_as(cast.positions[by]):
        actions.withdraw(row, by=cast.positions[by])
