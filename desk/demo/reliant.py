"""A placed demo child: its institution writes the self-reliance plan, the center accepts it, and the child is seen there."""

from datetime import date, timedelta
from typing import Any

from agencies.staff.roles import Role
from cases.guidelines.codes import Horizon
from cases.placement.seen import record_visit
from cases.records.codes import Answer
from cases.records.models import Case
from cases.reliance.actions import DraftFacts, answer_plan, ask_for_plan, save_draft, send_plan
from cases.reliance.codes import Area, ChildAnswer
from cases.reliance.queries import Aim
from desk.demo.hours import AFTER_SCHOOL, OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock

GOALS = {"nights": (Area.CHILD, Horizon.SHORT, 80), "mother": (Area.FAMILY, Horizon.LONG, 300)}
REVIEWED_IN = timedelta(days=170)


def reliant(t: Telling) -> None:
    """Asked for, written with the child, sent and accepted."""
    told: dict[str, Any] = texts()["reliance"]
    keeper = t.positions["institution", "aozora"]
    with at(t.later(OFFICE, days=1), t.lead):
        case = _case(t)
        in_charge = f"{t.lead.staff.name}（{case.office.name}　{case.office.telephone}）"
        asked = {"guideline": told["guideline"], "care": told["care"], "in_charge": in_charge}
        file = ask_for_plan(case, keeper.office, asked, by=t.lead)
    with at(t.later(OFFICE, days=9), keeper):
        today = clock.today()
        said = told["explained"] | {"told_on": today, "child_answer": ChildAnswer.YES}
        facts = DraftFacts(
            texts=told["plan"] | {"made_by": keeper.staff.name} | said,
            aims=[_aim(name, today) for name in GOALS],
            results=[],
            review_on=today + REVIEWED_IN,
        )
        save_draft(file, facts, saves=0, by=keeper)
    with at(t.later(OFFICE, hours=2), keeper):
        plan = send_plan(file, by=keeper)
    supervisor = t.of_role(Role.SUPERVISOR)
    with at(t.later(OFFICE, days=1), supervisor):
        answer_plan(plan, file, accepted=True, reason="", by=supervisor)


def _aim(name: str, today: date) -> Aim:
    area, horizon, days = GOALS[name]
    return Aim(
        area=area, horizon=horizon, until=today + timedelta(days=days), **texts()["reliance"]["goals"][name]
    )


def seen_there(t: Telling) -> None:
    """The one in charge sees the child at the institution."""
    with at(t.later(AFTER_SCHOOL, days=60), t.lead):
        words = texts()["reliance"]["visit"]
        record_visit(_case(t), seen_at=t.now, alone=Answer.YES, words=words, by=t.lead)


def _case(t: Telling) -> Case:
    return Case.objects.select_related("office", "child").get(pk=t.case.pk)
