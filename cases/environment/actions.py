"""Writing down what was agreed on the child's environment, and how it ended."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from cases.clocks.rules import end_of
from cases.duties.actions import leave_duty, settle_duties
from cases.duties.codes import DutyKind
from cases.environment import rules
from cases.environment.codes import Party, TaskState
from cases.environment.models import EnvironmentTask
from cases.records.actions import locked
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from face.lines import Line
from security.walls import clock


def _after(case: UUID, cause: UUID) -> Line | None:
    row = EnvironmentTask.objects.filter(case=case, pk=cause).first()
    if row is None:
        return None
    return Line(reverse("environment_task", args=[case, row.pk]), _("Environment adjustment"), on=row.until)


ADJUST = DutyKind(
    code="environment",
    label=_("record how the adjustment of the environment ended"),
    days=lambda _office: 0,
    after=_after,
    by_act=True,
)
"""Each adjustment names its own day, the end of which is the duty's limit. Recording how it ended does it."""


@transaction.atomic
def record_task(
    case: Case, *, party: Party, until: date, texts: Mapping[str, str], by: Position
) -> EnvironmentTask:
    """Write down what was agreed; whoever is in charge owes how it ended. ``texts`` by the names of ``TEXTS``. Raises Refused."""
    rules.check_may_record(case, by)
    rules.check_until(until, clock.today())
    row = EnvironmentTask(case=case, until=until, recorded_by=by, recorded_at=clock.now())
    row.party, row.aim, row.agreed_with, row.tasks = party, texts["aim"], texts["agreed_with"], texts["tasks"]
    row.save(force_insert=True)
    owner = next(iter(positions_of_case(case.pk, Relation.LEAD)), by.pk)
    leave_duty(case, ADJUST, cause=row.pk, owner=owner, due_at=end_of(until))
    return row


@transaction.atomic
def end_task(task: EnvironmentTask, *, done_on: date | None, result: str, by: Position) -> EnvironmentTask:
    """Write how it ended: on which day it was done, or None where it is no longer wanted, and why. Raises Refused."""
    row = locked(EnvironmentTask.objects.filter(pk=task.pk))
    rules.check_may_end(row, TaskState.DROPPED if done_on is None else TaskState.DONE, by)
    if done_on is not None:
        rules.check_done_on(done_on, clock.today())
    row.done_on, row.result = done_on, result
    row.ended_by, row.ended_at = by, clock.now()
    row.save(update_fields=["done_on", "result", "ended_by", "ended_at"])
    with override("ja"):
        note = gettext("How the adjustment ended was recorded.")
    settle_duties(row.case_id, row.pk, ADJUST, note=note, by=by)
    return row
