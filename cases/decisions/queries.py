"""What waits for a decider, and what came back to its drafter, for every kind of decision."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, models

from agencies.staff.models import Position
from agencies.staff.roles import Permission, Role
from agencies.staff.rules import delegations_to
from cases.decisions.actions import Decision, declared
from cases.decisions.models import CaseAct
from cases.records.codes import Level
from cases.records.queries import on_cases_of, with_keys
from security.walls import clock

CAME_BACK = timedelta(days=14)
"""How long a draft that was not approved is on the home page of the person who drafted it."""
MOST_LISTED = 50
"""How many drafts the queue names; the others follow when these are decided."""
SOMEBODY, ONCE = UUID(int=0), datetime(1, 1, 1, tzinfo=UTC)
"""In a statement that is made once: whose drafts, and since when."""
_statements: dict[Any, tuple[str, str, tuple[Any, ...]]] = {}
PEOPLE = ("drafted_by__staff", "drafted_by__office", "decided_by__staff", "decided_by__office")


def _held(decision: Decision[Any], by: Position) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = decision.model._default_manager.filter(**decision.of_kind)
    return rows.filter(on_cases_of(by, Level.EDIT))


@dataclass(frozen=True)
class Waiting:
    """A draft in the queue of a decider."""

    kind: Decision[Any]
    row: CaseAct

    @property
    def order(self) -> tuple[bool, bool, datetime, str]:
        """Its place: what has to be decided by an hour first, then what has waited longest; last, what cannot be approved yet."""
        limit = self.row.confirm_by
        return self.row.is_held_up, limit is None, limit or self.row.drafted_at, str(self.row.pk)

    @property
    def url(self) -> str:
        """Where it is read and decided, beside the queue."""
        return f"{self.kind.url(self.row)}?queue=1"


def drafts(by: Position) -> bool:
    """Whether this position drafts decisions: on cases of a center, or on support cases of the police."""
    return by.may(Permission.DRAFT_DECISIONS) or by.may(Permission.KEEP_SUPPORT)


def _waiting(decision: Decision[Any], by: Position, now: datetime) -> list[CaseAct]:
    rows = _held(decision, by).filter(decision.waiting).exclude(drafted_person=by.staff_id)
    wanted = ("case__child", "case__office", *PEOPLE, *decision.related)
    found = rows.select_related(*wanted).order_by("drafted_at")
    return [row for row in found if not row.is_over_at(now)]


def _decides(by: Position, now: datetime) -> list[Decision[Any]]:
    """The kinds that this position decides now: all of them, or what is the line's or delegated to it."""
    if by.may(Permission.DECIDE):
        return declared()
    if by.role == Role.POLICE_SUPERVISOR:
        return [one for one in declared() if one.act.police and by.may(Permission.KEEP_SUPPORT)]
    acts = {act for given in delegations_to(by, now) for act in given.acts}
    line = by.role == Role.SUPERVISOR
    return [one for one in declared() if one.act.value in acts or (line and one.act.by_line)]


def queue_of(by: Position) -> list[Waiting]:
    """The drafts of every kind that this position can decide, in the order of the queue; the keys of the first
    ``MOST_LISTED`` are loaded."""
    now = clock.now()
    kinds = {decision.act.value: decision for decision in _decides(by, now)}
    any_at_all = _not_empty(kinds, _undecided, {})
    found = [
        Waiting(kinds[act], row)
        for act in kinds
        if act in any_at_all
        for row in _waiting(kinds[act], by, now)
    ]
    queue = sorted(found, key=lambda waiting: waiting.order)
    with_keys(waiting.row.case for waiting in queue[:MOST_LISTED])
    return queue


def came_back_to(decision: Decision[Any], by: Position) -> models.QuerySet[Any]:
    """What this person drafted and was not approved in the last days, and has not drafted again; the latest first."""
    if not drafts(by):
        return _held(decision, by).none()
    rows = _not_approved(decision, by.staff_id, clock.now() - CAME_BACK).filter(
        on_cases_of(by, Level.EDIT), replaced_by=None
    )
    kind = {name: models.OuterRef(name) for name in decision.of_kind}
    later = decision.model._default_manager.filter(
        case=models.OuterRef("case"), drafted_at__gt=models.OuterRef("decided_at"), **kind
    )
    return rows.exclude(models.Exists(later)).select_related("case").order_by("-decided_at")


def _not_approved(decision: Decision[Any], staff: UUID, since: datetime) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = decision.model._default_manager.filter(**decision.of_kind)
    return rows.filter(approved=False, drafted_person=staff, decided_at__gt=since)


def _somebody_s(decision: Decision[Any]) -> models.QuerySet[Any]:
    return _not_approved(decision, SOMEBODY, ONCE)


def _undecided(decision: Decision[Any]) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = decision.model._default_manager.filter(decision.waiting, **decision.of_kind)
    return rows


def latest_came_back(by: Position, most: int) -> list[tuple[Decision[Any], CaseAct]]:
    """The drafts of every kind that came back to this person, ``most`` of a kind. One statement, of few conditions, says of
    which kinds there can be any: most often of none."""
    if not drafts(by):
        return []
    kinds = {decision.act.value: decision for decision in declared()}
    there = _not_empty(kinds, _somebody_s, {SOMEBODY: by.staff_id, ONCE: clock.now() - CAME_BACK})
    return [(kinds[act], row) for act in there for row in came_back_to(kinds[act], by)[:most]]


def _not_empty(
    kinds: Mapping[str, Decision[Any]],
    rows: Callable[[Decision[Any]], models.QuerySet[Any]],
    given: Mapping[Any, Any],
) -> list[str]:
    """The names of the kinds with any of ``rows``, asked in one statement. ``given``: what stands for each value of the reader.

    Its text depends on the kinds alone. It is made once for a process, which takes longer than to ask it.
    """
    if not kinds:
        return []
    key = (rows, tuple((act, one.model) for act, one in kinds.items()))
    if key not in _statements:
        asked = [
            rows(one).order_by().annotate(of=models.Value(act)).values_list("of", flat=True)[:1]
            for act, one in kinds.items()
        ]
        together = asked[0].union(*asked[1:], all=True)
        _statements[key] = together.db, *together.query.sql_with_params()
    alias, statement, values = _statements[key]
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, [given.get(value, value) for value in values])
        return [name for (name,) in cursor.fetchall()]


def open_on(cases: Collection[UUID], now: datetime) -> Mapping[UUID, int]:
    """How many drafts wait for a decision, by case."""
    found: Counter[UUID] = Counter()
    for decision in declared():
        waiting = decision.model._default_manager.filter(decision.waiting, case__in=cases, **decision.of_kind)
        found.update(row.case_id for row in waiting if not row.is_over_at(now))
    return found
