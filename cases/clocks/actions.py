"""Starting, meeting and ending the law's clocks. The caller is the action whose event starts or meets one."""

from datetime import datetime

from django.db import connection, transaction

from agencies.staff.models import Position
from cases.clocks import rules
from cases.clocks.codes import SIGHT, ClockKind
from cases.clocks.models import Clock
from cases.records.models import Case
from security.walls import clock as time_now


@transaction.atomic
def start(case: Case, kind: ClockKind, *, started_at: datetime, by: Position) -> Clock:
    """Start a clock. One that runs already and is due earlier stays as it is: both duties are met by one act. Otherwise the wall
    ends it.
    """
    rules.check_may_start(case, kind, started_at, by, time_now.now())
    due = rules.due_at(kind, started_at, case.office)
    running = Clock.objects.running().filter(case=case, kind=kind).select_for_update().first()
    if running is not None and running.due_at <= due:
        return running
    clock = Clock(case=case, kind=kind, started_at=started_at, due_at=due)
    clock.save(force_insert=True)
    return clock


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
