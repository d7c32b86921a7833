"""The environment of the world's child: one adjustment that was done, and one under way."""

from typing import TYPE_CHECKING

from agencies.staff.acting import acting_as
from cases.environment.actions import end_task, record_task
from cases.environment.codes import Party
from cases.welfare.actions import record_decision, refer
from cases.welfare.codes import Matter, Verdict
from security.walls import clock
from tests.sweeps.canaries import canary, words

if TYPE_CHECKING:
    from tests.sweeps.world import World


def write_environment(world: "World") -> None:
    """With the school and the family."""
    lead, today = world["lead"], clock.today()
    with acting_as(lead):
        for name, party in (("done", Party.SCHOOL), ("open", Party.FAMILY)):
            texts = words(f"environment.{name}", "aim", "agreed_with", "tasks")
            row = record_task(world.case, party=party, until=today, texts=texts, by=lead)
            if name == "done":
                end_task(row, done_on=today, result=canary("environment.result"), by=lead)
    world.ids["task_id"] = row.pk
    _write_welfare(world)


def _write_welfare(world: "World") -> None:
    """What went to the welfare office: decided, and not decided yet."""
    lead, today = world["lead"], clock.today()
    with acting_as(lead):
        for name, matter in (("done", Matter.SENT), ("open", Matter.MOTHER_CHILD)):
            texts = words(f"welfare.{name}", "welfare_office", "reason")
            row = refer(world.case, matter=matter, sent_on=today, by=lead, **texts)
            if name == "done":
                said = words("welfare.decision", "decision_no", "decision_words")
                record_decision(row, verdict=Verdict.OTHER, decided_on=today, by=lead, **said)
    world.ids["referral_id"] = row.pk
