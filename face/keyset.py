"""Pages of a long list by a moment and an id, latest first, in both directions: page 1,000 costs what page 1 costs.

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
"""The ids of the rows beside a place (None: the newest), nearest first, as many as asked for."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the queries (without ``?``) of the newer and the older page; '' where there is none."""

    rows: list[Row]
    newer: str = ""
    older: str = ""


def page_of(
    rows: QuerySet[Row], asked: Mapping[str, Any], *, moment: str, ids: Finder, size: int = 25
) -> Page[Row]:
    """The page that ``asked``, a query string's values, names: ``older`` or ``newer`` than a place (:func:`place_of`).

    ``ids`` finds the rows, ``rows`` reads them (and shows no others); ``moment`` names the column they are ordered by.
    Everything else in ``asked`` is kept in the links. Raises BadRequest for a place that is none.
    """
    kept = {name: value for name, value in asked.items() if name not in ("older", "newer") and value}
    place = _place(asked)
    wanted = ids(place, size + 1)
    more, wanted = len(wanted) > size, wanted[:size]
    found = sorted(
        rows.filter(pk__in=wanted).order_by(), key=lambda row: (getattr(row, moment), row.pk), reverse=True
    )
    if not found:
        return Page([])
    back = place is not None and place.newer
    newer = more if back else place is not None
    older = True if back else more
    return Page(
        found,
        urlencode({**kept, "newer": place_of(found[0], moment)}) if newer else "",
        urlencode({**kept, "older": place_of(found[-1], moment)}) if older else "",
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
