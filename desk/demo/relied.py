"""A placed demo child: the institution writes its self-reliance plan, and the center accepts it."""

from datetime import timedelta
from typing import Any

from agencies.staff.roles import Role
from cases.guidelines.codes import Horizon
from cases.records.models import Case
from cases.reliance import actions
from cases.reliance.codes import Area, ChildAnswer
from cases.reliance.models import PlanFacts, RelianceFile
from cases.reliance.prefill import told_at_first
from cases.reliance.queries import Aim, files_at
from desk.demo.hours import OFFICE
from desk.demo.owner import at
from desk.demo.telling import Telling
from desk.demo.texts import texts
from security.walls import clock


def relied(t: Telling) -> None:
    """Asked for, explained to the child, sent and accepted; its review is owed."""
    told: dict[str, Any] = texts()["reliance"]
    writer = next(one for one in t.positions.values() if one.role == Role.INSTITUTION_STAFF)
    with at(t.later(OFFICE, hours=2), t.lead):
        case = _case(t)
        known = told_at_first(case) | {"guideline": told["guideline"], "care": told["care"]}
        file = actions.ask_for_plan(case, writer.office, known, by=t.lead)
    with at(t.later(OFFICE, days=10), writer):
        seen = files_at(writer, clock.now()).get(pk=file.pk)
        actions.save_draft(seen, _draft(told), saves=0, by=writer)
        plan = actions.send_plan(seen, by=writer)
    with at(t.later(OFFICE, days=2), t.lead):
        kept = RelianceFile.objects.get(pk=file.pk)
        kept.case = plan.case = _case(t)
        actions.answer_plan(plan, kept, accepted=True, reason="", by=t.lead)


def _draft(told: dict[str, Any]) -> actions.DraftFacts:
    today = clock.today()
    aims = [
        Aim(Area(one["area"]), Horizon(one["horizon"]), one["goal"], one["means"], one["who"], until)
        for one in told["aims"]
        for until in [today + timedelta(days=one["days"])]
    ]
    answered = {"told_on": today, "child_answer": ChildAnswer.YES}
    written = {name: told.get(name, "") for name in (*PlanFacts.TEXTS, *PlanFacts.TOLD)} | answered
    return actions.DraftFacts(texts=written, aims=aims, results=[], review_on=today + timedelta(days=150))


def _case(t: Telling) -> Case:
    return Case.objects.select_related("office", "child").get(pk=t.case.pk)
