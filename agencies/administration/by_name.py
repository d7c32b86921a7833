"""Pages of a list of names by the last row of the page before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page. ``after`` leads to the next one ("" on the last): a primary key, so no name stands in an address."""

    rows: list[Row]
    after: str
    is_first: bool


def page_of(rows: QuerySet[Row], order: Sequence[str], after: str, size: int = SIZE) -> Page[Row]:
    """The page behind the row with primary key ``after`` ("" for the first page).

    ``order``: field names, together unique, all up or all down ("-"). A key that is no row of this list (any more) raises
    BadRequest.
    """
    found = rows.filter(_behind(rows, order, after)) if after else rows
    listed = list(found.order_by(*order)[: size + 1])
    more = len(listed) > size
    return Page(listed[:size], str(listed[size - 1].pk) if more else "", is_first=not after)


def _behind(rows: QuerySet[Row], order: Sequence[str], after: str) -> Q:
    """Rows behind that one: the first field beyond, or equal and the next one beyond, and so on."""
    names = [name.lstrip("-") for name in order]
    try:
        last: dict[str, Any] | None = rows.order_by().filter(pk=after).values(*names).first()
    except (ValidationError, ValueError, TypeError) as error:
        raise BadRequest("not a page") from error
    if last is None:
        raise BadRequest("not a page")
    step = "lt" if order[0].startswith("-") else "gt"
    found, same = Q(), Q()
    for name in names:
        found |= same & Q(**{f"{name}__{step}": last[name]})
        same &= Q(**{name: last[name]})
    return found
