"""Reading the evidence: what the walls let a reader see, narrowed and cut into pages by key, newest first.

What a case or a person is, these queries do not know; the database's policies decide which rows come at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from security.audit.models import CaseTrace, Event
from security.audit.verbs import CHANGES, Decision

PAGE = 50
"""How many rows a page of evidence shows."""

AT = {CaseTrace: "at", Event: "timestamp"}


@dataclass(frozen=True)
class Wish:
    """What a reader narrows a list to; empty means everything. Days are Japanese days, both included."""

    person: UUID | None = None
    verb: str = ""
    decision: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Position:
    """A place in a list, by the key of a row; the page begins beside it, on the older or on the newer side."""

    at: datetime
    id: int
    older: bool = True


@dataclass(frozen=True)
class Slice:
    """One page of rows, and where the neighbouring pages begin (None: there is none)."""

    rows: Sequence[Any]
    older: Position | None
    newer: Position | None


def traces_of_case(case_id: UUID) -> models.QuerySet[CaseTrace]:
    """Every look at one case, and every attempt."""
    return CaseTrace.objects.filter(case_id=case_id)


def traces_of_person(staff_id: UUID) -> models.QuerySet[CaseTrace]:
    """Every case one person looked at or tried to, in whatever post."""
    return CaseTrace.objects.filter(actor_id=staff_id)


def denials() -> models.QuerySet[Event]:
    """Everything that was refused."""
    found: models.QuerySet[Event] = Event.objects.filter(decision=Decision.DENIED)
    return found


def changes_of_case(case_id: UUID, child_id: UUID | None) -> models.QuerySet[Event]:
    """What was created, changed or deleted in a case, and in the record of its child where the reader may see that."""
    place = models.Q(case_id=case_id)
    if child_id is not None:
        place |= models.Q(scope_kind="child", scope_id=child_id)
    found: models.QuerySet[Event] = Event.objects.filter(place, verb__in=list(CHANGES.values()))
    return found


def narrowed(rows: models.QuerySet[Any], wish: Wish) -> models.QuerySet[Any]:
    """``rows`` as far as they fit the wish."""
    at = AT[rows.model]
    if wish.person is not None:
        rows = rows.filter(actor_id=wish.person)
    if wish.verb:
        rows = rows.filter(verb=wish.verb)
    if wish.decision:
        rows = rows.filter(decision=wish.decision)
    if wish.since is not None:
        rows = rows.filter(**{f"{at}__gte": _midnight(wish.since)})
    if wish.until is not None:
        rows = rows.filter(**{f"{at}__lt": _midnight(wish.until) + timedelta(days=1)})
    return rows


def slice_of(rows: models.QuerySet[Any], position: Position | None = None, size: int = PAGE) -> Slice:
    """One page of ``rows`` beside ``position`` (None: the newest). Rows written meanwhile shift nothing."""
    at = AT[rows.model]
    is_newer = position is not None and not position.older
    if position is not None:
        side = "gt" if is_newer else "lt"
        same = models.Q(**{at: position.at, f"id__{side}": position.id})
        rows = rows.filter(models.Q(**{f"{at}__{side}": position.at}) | same)
    order = (at, "id") if is_newer else (f"-{at}", "-id")
    found = list(rows.order_by(*order)[: size + 1])
    has_more = len(found) > size
    found = found[:size][::-1] if is_newer else found[:size]
    if not found:
        return Slice([], None, None)
    # Whoever came from one side can go back to it.
    older = has_more or is_newer
    newer = has_more if is_newer else position is not None
    first, last = found[0], found[-1]
    return Slice(
        found,
        Position(getattr(last, at), last.id) if older else None,
        Position(getattr(first, at), first.id, older=False) if newer else None,
    )


def most_active_viewers(since: datetime, limit: int = 10) -> list[dict[str, Any]]:
    """Who looked at most different cases since then: ``actor_id``, ``cases`` and ``looks``."""
    rows = CaseTrace.objects.filter(at__gte=since, decision=Decision.ALLOWED, actor_id__isnull=False)
    counted = (
        rows.order_by()
        .values("actor_id")
        .annotate(cases=models.Count("case_id", distinct=True), looks=models.Count("id"))
    )
    return [dict(row) for row in counted.order_by("-cases", "-looks", "actor_id")[:limit]]


def cases_beginning_with(digits: str, limit: int = 20) -> list[UUID]:
    """Cases with traces whose id begins with these hexadecimal digits (8 to 32; anything else finds nothing)."""
    bare = digits.replace("-", "").lower()
    if not 8 <= len(bare) <= 32 or not set(bare) <= set("0123456789abcdef"):
        return []
    first, last = UUID(bare.ljust(32, "0")), UUID(bare.ljust(32, "f"))
    rows = CaseTrace.objects.filter(case_id__gte=first, case_id__lte=last).order_by("case_id")
    return list(rows.values_list("case_id", flat=True).distinct()[:limit])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
