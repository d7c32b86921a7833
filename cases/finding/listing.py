"""The list of one's cases: narrowed, counted, in an order, page by page, and how each case stands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.staff.models import Position
from agencies.staff.roles import Permission
from cases.clocks.models import Clock
from cases.records.codes import Stage, Urgency
from cases.records.models import Case, ProgressEntry
from cases.records.queries import cases_for, last_seen_of, valid_leads, with_keys
from face.keyset import Page, in_order, page_of
from security.encryption.fields import reveal
from security.search.names import name_key
from security.walls import clock
from security.walls.pages import NEWEST, walled_list

SIZE = 25
COUNTED = 1000
"""A list is counted so far; beyond, it is said that there are more."""
SORTED = 300
"""A list of so many cases at most is sorted by something that is sealed or lies around the case."""
EVER = datetime.max.replace(tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)


class Order(models.TextChoices):
    """In which order the list is."""

    LATEST = "", _("latest first")
    KANA = "kana", _("by reading")
    LIMIT = "limit", _("next limit first")
    SEEN = "seen", _("longest unseen first")
    ENTRY = "entry", _("longest without an entry first")


class Shown(models.TextChoices):
    """Which cases the list has, by whether they are closed."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    ALL = "all", _("all")


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed to; None leaves it whole."""

    stage: Stage | None = None
    urgency: Urgency | None = None
    state: Shown = Shown.OPEN
    lead: UUID | None = None
    overdue: bool = False

    def arguments(self) -> list[Any]:
        """As the function of the database takes them: '' for a code that narrows nothing."""
        return [self.stage or "", self.urgency or "", self.state, self.lead, self.overdue]


WHOLE = Narrowed(state=Shown.ALL)


@dataclass(frozen=True)
class Standing:
    """How a case stands: who is in charge, when the child was last seen, the last entry of the progress record, the next limit of
    the law."""

    lead: str = ""
    last_seen: datetime | None = None
    last_entry: datetime | None = None
    next_limit: datetime | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether the next limit has passed."""
        return self.next_limit is not None and self.next_limit < clock.now()


def list_of(
    by: Position, asked: Mapping[str, Any], to: Narrowed = Narrowed(), size: int = SIZE
) -> Page[Case]:
    """The page of the position's cases that a query string names, the latest first."""
    listed = walled_list(cases_for(by), _function(by), *to.arguments(), moment="opened_at")
    return page_of(listed, asked, bound=f"cases {by.pk}", size=size)


def counted(by: Position, to: Narrowed) -> int:
    """How many cases the narrowed list has; at most one more than ``COUNTED``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM wall.{_function(by)}(%s, %s, %s, %s, %s, %s::timestamptz, %s::uuid, %s, %s)",  # noqa: S608 - a name of ours
            [*to.arguments(), *NEWEST, COUNTED + 1],
        )
        return int(cursor.fetchone()[0])


def sorted_page(
    by: Position, asked: Mapping[str, Any], to: Narrowed, order: Order
) -> tuple[Page[Case], list[Case]]:
    """The page that ``asked`` names of a list of at most ``SORTED`` cases, in ``order``.

    Also the cases that are not on it and of which something sealed was read to sort them.
    """
    cases = list_of(by, {}, to, SORTED).rows
    if order is Order.KANA:
        cases = with_keys(cases)
        cases.sort(
            key=lambda case: name_key(
                f"{reveal(case.child, 'family_kana')}{reveal(case.child, 'given_kana')}"
            )
        )
    elif order is Order.SEEN:
        cases = with_keys(cases)
        seen = last_seen_of(cases)
        cases.sort(key=lambda case: seen.get(case.pk, NEVER))
    else:
        standing = standing_of(cases)
        cases.sort(key=lambda case: SORT_KEYS[order](standing[case.pk]))
    page = page_of(in_order(cases), asked, bound=f"cases {by.pk} {order}", size=SIZE)
    return page, [case for case in cases if case not in page.rows] if order in SEALED else []


SEALED = frozenset({Order.KANA, Order.SEEN})
"""Orders by something sealed."""
SORT_KEYS: dict[Order, Callable[[Standing], datetime]] = {
    Order.LIMIT: lambda standing: standing.next_limit or EVER,
    Order.ENTRY: lambda standing: standing.last_entry or NEVER,
}


def standing_of(cases: Iterable[Case]) -> dict[UUID, Standing]:
    """How each of these few cases stands, but for when the child was seen, which is sealed."""
    wanted = [case.pk for case in cases]
    leads = valid_leads(clock.now()).filter(content_object_id__in=wanted).order_by("starts_at")
    names = dict(leads.values_list("content_object_id", "position__staff__name"))
    entries = ProgressEntry.objects.filter(case=OuterRef("pk")).order_by("-written_at", "-id")
    limits = Clock.objects.running().filter(case=OuterRef("pk")).order_by("due_at", "id")
    last, due = Subquery(entries.values("written_at")[:1]), Subquery(limits.values("due_at")[:1])
    rows = Case.objects.filter(pk__in=wanted).order_by().values_list("pk", last, due)
    return {pk: Standing(names.get(pk, ""), None, last_entry, limit) for pk, last_entry, limit in rows}


def _function(by: Position) -> str:
    return "office_cases_page" if by.may(Permission.REVIEW_LINE) else "own_cases_page"
