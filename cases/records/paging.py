"""Keyset paging over a moment and an id, latest first: a page is as quick in the ten-thousandth row as in the first."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"(\d{1,17})-([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the queries (without ``?``) of the newer and the older page; '' where there is none."""

    rows: list[Row]
    newer: str = ""
    older: str = ""


def page_of(rows: QuerySet[Row], asked: Mapping[str, Any], *, moment: str, size: int = 25) -> Page[Row]:
    """The page that ``asked``, a query string's values, names: ``older`` or ``newer`` than a place (:func:`place_of`).

    ``moment`` names the column the rows are ordered by. Everything else in ``asked`` is kept in the links. Raises BadRequest for
    a place that is none.
    """
    kept = {name: value for name, value in asked.items() if name not in ("older", "newer") and value}
    back = "newer" in asked
    place = asked.get("newer") if back else asked.get("older")
    if place is not None:
        rows = _beyond(rows, place, moment, "gt" if back else "lt")
    order = (moment, "pk") if back else (f"-{moment}", "-pk")
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    if not found:
        return Page([])
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


def _beyond(rows: QuerySet[Row], place: str, moment: str, which: str) -> QuerySet[Row]:
    match = _TOKEN.fullmatch(place)
    if match is None:
        raise BadRequest("not a place in the list")
    at = _EPOCH + timedelta(microseconds=int(match[1]))
    # The first condition walks the index; the second leaves out the rows of the very same moment that were shown already.
    return rows.filter(**{f"{moment}__{which}e": at}).exclude(
        **{moment: at, f"pk__{_other(which)}e": uuid.UUID(match[2])}
    )


def _other(which: str) -> str:
    return "lt" if which == "gt" else "gt"
