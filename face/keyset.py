"""Pages of a long list by a moment and an id, in both directions: page 1,000 costs what page 1 costs. The latest stands first,
or the soonest, in a list of what is due.

The ids of a page come from whoever can read them off an index (``Finder``): under row-level security a comparison of times is no
condition of an index, so the lists of the application ask a function of the database (``security/walls/pages.py``).
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"(\d{1,17})-([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where a page begins: beside this row, on its newer or older side."""

    at: datetime
    id: UUID
    newer: bool


Finder = Callable[[Place | None, int], list[UUID]]
"""The ids of the rows beside a place (None: where the list begins), nearest first, as many as asked for."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the queries (without ``?``) of the newer and the older page; '' where there is none."""

    rows: list[Row]
    newer: str = ""
    older: str = ""


def page_of(
    rows: QuerySet[Row],
    asked: Mapping[str, Any],
    *,
    moment: str,
    ids: Finder,
    size: int = 25,
    soonest: bool = False,
) -> Page[Row]:
    """The page that ``asked``, a query string's values, names: ``older`` or ``newer`` than a place (:func:`place_of`).

    ``ids`` finds the rows, ``rows`` reads them (and shows no others); ``moment`` names the column they are ordered by, the latest
    first, or with ``soonest`` (by which ``ids`` then goes too) the soonest. Everything else in ``asked`` is kept in the links.
    Raises BadRequest for a place that is none.
    """
    kept = {name: value for name, value in asked.items() if name not in ("older", "newer") and value}
    place = _place(asked)
    wanted = ids(place, size + 1)
    more, wanted = len(wanted) > size, wanted[:size]
    found = sorted(rows.filter(pk__in=wanted).order_by(), key=lambda row: (getattr(row, moment), row.pk))
    if not found:
        return Page([])
    upwards = place.newer if place else soonest
    newer = more if upwards else place is not None
    older = more if not upwards else place is not None
    return Page(
        found if soonest else found[::-1],
        urlencode({**kept, "newer": place_of(found[-1], moment)}) if newer else "",
        urlencode({**kept, "older": place_of(found[0], moment)}) if older else "",
    )


def place_of(row: Model, moment: str) -> str:
    """Where a row stands: microseconds since 1970 and its id."""
    since = getattr(row, moment) - _EPOCH
    return f"{since // timedelta(microseconds=1)}-{row.pk.hex}"


def _place(asked: Mapping[str, Any]) -> Place | None:
    newer = "newer" in asked
    place = asked.get("newer") if newer else asked.get("older")
    if place is None:
        return None
    match = _TOKEN.fullmatch(place)
    if match is None:
        raise BadRequest("not a place in the list")
    return Place(_EPOCH + timedelta(microseconds=int(match[1])), uuid.UUID(match[2]), newer)
