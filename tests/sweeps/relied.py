"""The institution of the world's placement: asked for its plan, which came back once and was accepted; its review waits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from agencies.directory.models import Office
from agencies.staff.acting import acting_as
from cases.guidelines.codes import GoalState, Horizon
from cases.guidelines.queries import Result
from cases.records.models import Case
from cases.reliance import actions
from cases.reliance.actions import DraftFacts
from cases.reliance.codes import Area, ChildAnswer
from cases.reliance.models import PlanFacts, RelianceDraft, RelianceFile, ReliancePlan, RelianceTold
from cases.reliance.queries import Aim, files_at
from security.walls import clock
from tests.sweeps.canaries import canary, fields_with_canaries, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def _facts(name: str, results: Sequence[Result] = ()) -> DraftFacts:
    today = clock.today()
    told: dict[str, Any] = words(f"reliance.{name}", "told_how", "child_said", "head")
    told |= {"told_on": today, "child_answer": ChildAnswer.PARTLY}
    aims = [
        Aim(area, horizon, **words(f"reliance.{name}.{horizon}", "goal", "means", "who"), until=until)
        for area, horizon, until in (
            (Area.CHILD, Horizon.SHORT, today + timedelta(days=40)),
            (Area.FAMILY, Horizon.LONG, today + timedelta(days=200)),
        )
    ]
    return DraftFacts(
        texts=words(f"reliance.{name}", *PlanFacts.TEXTS) | told,
        aims=aims,
        results=results,
        review_on=today + timedelta(days=100),
    )


def _here(world: "World", file: RelianceFile) -> RelianceFile:
    return files_at(world["institution"], clock.now()).get(pk=file.pk)


def write_reliance(world: "World") -> None:
    """Nothing of it is a draft at the end: what was saved and not sent is the version that was sent after."""
    lead, there = world["lead"], world["institution"]
    with acting_as(lead):
        case = Case.objects.select_related("office", "child").get(pk=world.case.pk)
        home = Office.objects.get(code="home")
        file = actions.ask_for_plan(case, home, words("reliance.told", *RelianceTold.TOLD), by=lead)
        actions.tell_institution(file, words("reliance.retold", *RelianceTold.TOLD), by=lead)
    became = [Result(GoalState.REACHED, canary(f"reliance.became.{number}")) for number in (1, 2)]
    for name, results in (("first", []), ("second", []), ("third", became)):
        with acting_as(there):
            own = _here(world, file)
            actions.save_draft(own, _facts("draft", results), saves=0, by=there)
            world.covered |= fields_with_canaries([RelianceDraft])
            actions.save_draft(own, _facts(name, results), saves=1, by=there)
            plan = actions.send_plan(own, by=there)
        if name != "third":
            with acting_as(lead):
                row = ReliancePlan.objects.get(pk=plan.pk)
                is_good = name == "second"
                reason = "" if is_good else canary("reliance.reason")
                actions.answer_plan(row, file, accepted=is_good, reason=reason, by=lead)
    world.ids |= {"file_id": file.pk, "version_id": plan.pk}


def draft_next_version(world: "World") -> None:
    """The center accepts the version that waits, and the institution saves a draft of the one after it."""
    with acting_as(world["lead"]):
        plan = ReliancePlan.objects.select_related("file").get(pk=world.ids["version_id"])
        actions.answer_plan(plan, plan.file, accepted=True, reason="", by=world["lead"])
    with acting_as(world["institution"]):
        became = [Result(GoalState.REACHED, canary(f"reliance.became.{number}")) for number in (1, 2)]
        own = _here(world, plan.file)
        actions.save_draft(own, _facts("draft", became), saves=0, by=world["institution"])
