"""Pages of a long list by key, in both directions: page 1,000 costs what page 1 costs.

A list says how its rows are read outwards from a row and by which key that row is found again (``KeyedList``); everything else
is here: the token in the address, what a page shows, and where its neighbours begin. Who makes such lists: ``by_fields`` and
``in_order`` below, ``security/walls/pages.py`` for lists behind a wall, ``security/audit/queries.py`` for the access log.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import BadRequest
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row")
Stored = TypeVar("Stored", bound=Model)


class HasKey(Protocol):
    """A row that its primary key names."""

    @property
    def pk(self) -> Any:
        """The key."""


Sorted = TypeVar("Sorted", bound=HasKey)
Key = Sequence[Any]
"""What finds a row again, as JSON has it. Addresses carry it: no name, nothing told of a child."""


@dataclass(frozen=True)
class Place:
    """Where a page begins: beside the row of this key, on its newer or older side."""

    key: Key
    newer: bool


@dataclass(frozen=True)
class KeyedList(Generic[Row]):
    """A list that is read in pages.

    ``read``: at most so many rows beside a place (None: where the list begins), nearest first, and whether there are more.
    ``soonest``: the smallest key comes first, as in a list of what is due; else the largest, as in a list of what was.
    """

    read: Callable[[Place | None, int], tuple[list[Row], bool]]
    key: Callable[[Row], Key]
    soonest: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the queries (without ``?``) of the newer and the older page; '' where there is none."""

    rows: list[Row]
    newer: str = ""
    older: str = ""
    soonest: bool = False

    @property
    def back(self) -> str:
        """The page before this one, as a reader turns pages."""
        return self.older if self.soonest else self.newer

    @property
    def on(self) -> str:
        """The page after this one."""
        return self.newer if self.soonest else self.older


def page_of(listed: KeyedList[Row], asked: Mapping[str, Any], *, bound: str, size: int) -> Page[Row]:
    """The page that ``asked``, a query string's values, names: ``older`` or ``newer`` than the place of a token.

    ``bound`` names the list and its reader: the token of another list or reader, or one that was made up, raises BadRequest.
    Everything else in ``asked`` is kept in the links.
    """
    place = _place(asked, bound)
    upwards = place.newer if place else listed.soonest
    rows, more = listed.read(place, size)
    if not rows:
        return Page([])
    oldest, newest = (rows[0], rows[-1]) if upwards else (rows[-1], rows[0])
    kept = {name: value for name, value in asked.items() if name not in ("older", "newer") and value}

    def beside(row: Row, side: str) -> str:
        return urlencode({**kept, side: signing.dumps(list(listed.key(row)), salt=_salt(bound))}, safe=":")

    # A reader who came from one side can go back to it.
    return Page(
        rows if upwards == listed.soonest else rows[::-1],
        newer=beside(newest, "newer") if (more if upwards else place) else "",
        older=beside(oldest, "older") if (place if upwards else more) else "",
        soonest=listed.soonest,
    )


def by_fields(rows: QuerySet[Stored], names: Sequence[str]) -> KeyedList[Stored]:
    """A list in the order of fields that are unique together, for tables without a wall of rows.

    The key is the primary key alone; a row that is not in the list any more raises BadRequest.
    """

    def read(place: Place | None, size: int) -> tuple[list[Stored], bool]:
        upwards = place is None or place.newer
        found = rows if place is None else rows.filter(_beyond(rows, names, place))
        found = found.order_by(*(names if upwards else [f"-{name}" for name in names]))
        listed = list(found[: size + 1])
        return listed[:size], len(listed) > size

    return KeyedList(read, lambda row: [str(row.pk)], soonest=True)


def in_order(rows: Sequence[Sorted]) -> KeyedList[Sorted]:
    """The list of these rows as they are sorted. Where one has left it meanwhile, the place that it had counts."""
    places = {str(row.pk): place for place, row in enumerate(rows)}

    def read(beside: Place | None, size: int) -> tuple[list[Sorted], bool]:
        edge, place = beside.key if beside else ("", 0)
        if beside and not beside.newer:
            found = rows[: places.get(edge, place)][::-1]
        else:
            found = rows[places.get(edge, place - 1) + 1 :]
        return list(found[:size]), len(found) > size

    return KeyedList(read, lambda row: [str(row.pk), places[str(row.pk)]], soonest=True)


def _beyond(rows: QuerySet[Stored], names: Sequence[str], place: Place) -> Q:
    """Rows beyond the one of ``place``: the first field beyond, or equal and the next one beyond, and so on."""
    edge = rows.order_by().filter(pk=place.key[0]).values(*names).first()
    if edge is None:
        raise BadRequest("not a place in the list")
    found, same = Q(), Q()
    for name in names:
        found |= same & Q(**{f"{name}__{'gt' if place.newer else 'lt'}": edge[name]})
        same &= Q(**{name: edge[name]})
    return found


def _place(asked: Mapping[str, Any], bound: str) -> Place | None:
    newer = "newer" in asked
    token = asked.get("newer") if newer else asked.get("older")
    if token is None:
        return None
    try:
        return Place(signing.loads(token, salt=_salt(bound)), newer)
    except signing.BadSignature as error:
        raise BadRequest("not a place in the list") from error


def _salt(bound: str) -> str:
    return f"pages {bound}"
