"""What is handed over, what can be, and what is open on it."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from agencies.staff.models import Position
from cases.handover.codes import said
from cases.handover.models import Handover, HandoverCount
from cases.records.codes import Level, Stage
from cases.records.models import Case
from cases.records.queries import can_lead, cases_for, on_cases_of, valid_leads, with_keys
from security.encryption.keyring import current
from security.rooms import merged

AHEAD = timedelta(days=366)
"""How far ahead a hand-over is planned: a year, so that 1 April can always be named."""
AT_ONCE = 100
"""How many cases are handed over at once."""
LATEST = 20
"""How many hand-overs the list names."""
PEOPLE = ("from_position__staff", "to_position__staff", "made_by__staff", "cancelled_by__staff")


def lead_of(case: Case, now: datetime) -> Position | None:
    """Who is in charge of the case."""
    grant = valid_leads(now).filter(content_object=case).select_related("position__staff").first()
    return grant.position if grant else None


def planned_for(case_id: UUID, now: datetime) -> Handover | None:
    """The hand-over of a case that is still to come."""
    return Handover.objects.filter(case=case_id, cancelled_at=None, begins_at__gt=now).first()


def led_by(position: Position, by: Position, now: datetime) -> list[Case]:
    """The open cases of which ``position`` is in charge and that ``by`` manages, the first ``AT_ONCE`` by number, with their
    keys loaded."""
    leads = valid_leads(now).filter(position=position)
    held = cases_for(by, Level.MANAGE).filter(pk__in=leads.values("content_object_id"))
    return with_keys(held.exclude(stage=Stage.CLOSED).order_by("number")[:AT_ONCE])


def gone(ticked: Collection[str], by: Position) -> dict[str, Case]:
    """Of the ids ticked that are no choice any more, the cases that ``by`` still sees; of the others nothing is told."""
    ids = []
    for typed in list(ticked)[:AT_ONCE]:
        with suppress(ValueError):
            ids.append(UUID(typed))
    return {str(case.pk): case for case in cases_for(by).filter(pk__in=ids)}


def leaders(by: Position, today: date) -> QuerySet[Position]:
    """Whose cases a supervisor hands over: the positions of the office that can be in charge, those that have ended too."""
    return can_lead(by).filter(starts_on__lte=today)


def receivers(by: Position, today: date) -> list[Position]:
    """The positions of the office that can be in charge now or begin within a year, and are not over."""
    not_over = Q(ends_on=None) | Q(ends_on__gte=today)
    return list(can_lead(by).filter(not_over, starts_on__lte=today + AHEAD, staff__is_active=True))


def count_open(cases: Collection[UUID], now: datetime) -> dict[UUID, dict[str, int]]:
    """How many of each kind are open on each of the cases, as the rooms declare it; a kind without any is left out."""
    counted = {code: kind.count(cases, now) for code, kind in merged("open_on").items()}
    return {case: {code: found[case] for code, found in counted.items() if found.get(case)} for case in cases}


def open_on(cases: Collection[UUID], now: datetime) -> dict[UUID, list[str]]:
    """What is open on each of the cases, in words with its number."""
    counted = count_open(cases, now)
    return {case: [said(code, n) for code, n in counts.items()] for case, counts in counted.items()}


def latest_counts(handovers: Collection[UUID]) -> dict[UUID, HandoverCount]:
    """What was counted last for each of the hand-overs, as far as the reader may open it, with the keys loaded."""
    rows = HandoverCount.objects.filter(handover__in=handovers).order_by("handover_id", "-counted_at", "id")
    found = {row.handover_id: row for row in rows.distinct("handover_id")}
    current().prefetch(row.key_scope() for row in found.values())
    return {pk: row for pk, row in found.items() if current().can_open(row.key_scope())}


def to_count(by: Position, batch: UUID, now: datetime) -> list[Handover]:
    """What is planned of a batch on the cases that the position manages."""
    planned = Handover.objects.filter(on_cases_of(by, Level.MANAGE), batch=batch, cancelled_at=None)
    return list(planned.filter(begins_at__gt=now))


def to_receive(by: Position, now: datetime) -> QuerySet[Handover]:
    """What is planned to come to this position, the soonest first."""
    planned = Handover.objects.filter(to_position=by, cancelled_at=None, settled_at=None, begins_at__gt=now)
    return planned.select_related("from_position__staff").order_by("begins_at", "reference")


def cases_of_handovers(ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The case of each hand-over whose key was used, for the access log."""
    return {pk: [case] for pk, case in Handover.objects.filter(pk__in=ids).values_list("pk", "case_id")}


def handovers_of(by: Position, now: datetime) -> list[Handover]:
    """The newest hand-overs from, to or by this position, and what is planned on the cases it manages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.my_handovers(%s)", [LATEST])
        own = [found for (found,) in cursor.fetchall()]
    rows = Handover.objects.select_related(*PEOPLE)
    planned = rows.filter(
        on_cases_of(by, Level.MANAGE), cancelled_at=None, settled_at=None, begins_at__gt=now
    )
    found = {row.pk: row for row in [*rows.filter(pk__in=own), *planned[:LATEST]]}
    return sorted(found.values(), key=lambda row: (row.made_at, row.reference), reverse=True)


def batch_of(by: Position, batch: UUID) -> list[Handover]:
    """What was made together, as far as it is the reader's: handed over from, to or by them, or of a case they manage."""
    own = Q(from_position=by) | Q(to_position=by) | Q(made_by=by)
    rows = Handover.objects.filter(own | on_cases_of(by, Level.MANAGE), batch=batch)
    return list(rows.select_related(*PEOPLE).order_by("reference"))
