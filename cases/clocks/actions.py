"""Starting, meeting and ending the law's clocks. The caller is the action whose event starts or meets one."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from agencies.notices.actions import tell
from agencies.notices.codes import NoticeKind
from agencies.staff.models import Position
from cases.clocks import rules
from cases.clocks.codes import SIGHT, ClockKind
from cases.clocks.models import Clock
from cases.records.codes import Relation
from cases.records.models import Case
from cases.records.queries import positions_of_case
from security.walls import clock as time_now


@transaction.atomic
def start(
    case: Case, kind: ClockKind, *, started_at: datetime, by: Position, due_at: datetime | None = None
) -> Clock:
    """Start a clock. One that runs already and is due earlier stays as it is: both duties are met by one act. Otherwise the wall
    ends it.

    ``due_at``: a stricter end than the law's, which a decision names.
    """
    rules.check_may_start(case, kind, started_at, by, time_now.now())
    due = due_at or rules.due_at(kind, started_at, case.office)
    running = Clock.objects.running().filter(case=case, kind=kind).select_for_update().first()
    if running is not None and running.due_at <= due:
        return running
    clock = Clock(case=case, kind=kind, started_at=started_at, due_at=due)
    clock.save(force_insert=True)
    return clock


@transaction.atomic
def start_earlier(clock: Clock, *, started_at: datetime, by: Position) -> Clock:
    """Count a running clock from an earlier moment: what it was counted from came before. Those in charge are told."""
    rules.check_may_start(clock.case, ClockKind(clock.kind), started_at, by, time_now.now())
    lasts = clock.due_at - clock.started_at
    fresh = Clock(case=clock.case, kind=clock.kind, started_at=started_at, due_at=started_at + lasts)
    fresh.replaces = clock
    fresh.save(force_insert=True)  # the wall ends the one that is due later
    _tell_corrected(fresh)
    return fresh


Corrects = Literal["correct_clocks", "correct_custody", "correct_warrant_step"]
"""The functions of the wall that count the clocks anew which run from what a decision corrects."""


def correct_by_decision(case: Case, decision: UUID, *, by: Corrects = "correct_clocks") -> None:
    """Count the clocks anew that run from the moment which a decision corrects; those in charge are told. ``by``: the function of
    the wall that does it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT wall.{by}(%s)", [decision])
        fresh = [row[0] for row in cursor.fetchall()]
    for clock in Clock.objects.filter(pk__in=fresh):
        clock.case = case
        _tell_corrected(clock)


def _tell_corrected(clock: Clock) -> None:
    told = positions_of_case(clock.case_id, Relation.LEAD, Relation.LINE)
    path = f"{reverse('case', args=[clock.case_id])}#limit-{clock.kind}"
    tell(told, NoticeKind.CLOCK_CORRECTED, clock.case.number, path, cause=f"clock:{clock.pk}")


@transaction.atomic
def meet(clock: Clock, *, at: datetime, by: Position) -> Clock:
    """Record that the duty was done ``at`` that moment (late, if it was late)."""
    row = Clock.objects.select_for_update(of=("self",)).select_related("case__office").get(pk=clock.pk)
    rules.check_may_meet(row, at, by, time_now.now())
    row.met_at, row.met_by = at, by
    row.save(update_fields=["met_at", "met_by"])
    return row


def end_sight(case: Case, *, by: Position) -> None:
    """End the limits until which the child is to be seen: a decision ended the case, or every receipt of it; so asks the wall."""
    for clock in Clock.objects.running().filter(case=case, kind__in=SIGHT):
        end(clock, by=by)


@transaction.atomic
def end(clock: Clock, *, by: Position) -> Clock:
    """Record that the duty is no longer there (for a warrant: custody ended, or never began)."""
    row = Clock.objects.select_for_update(of=("self",)).select_related("case__office").get(pk=clock.pk)
    rules.check_may_end(row, by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.end_clock(%s)", [row.pk])
    row.refresh_from_db(fields=["ended_at"])
    return row
