"""The text of a plain statement is made once, and kept for the next one that differs in its values alone.

A page of a case reads sixty lists of its rows, each of one table and what is joined to it, by columns that equal a value. To make
their SQL anew was a third of what such a page cost in Python. The text depends on nothing but what stands in :func:`key_of`; the
values are worked out each time, as Django does. Any other statement is made as ever.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models.expressions import Col
from django.db.models.fields import related_lookups
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from django.db.models.sql.where import AND, OR, WhereNode

from config.postgresql import selected

MOST = 4_000
"""So many are kept before all are forgotten, as in ``selected``."""
EQUAL = (Exact, related_lookups.RelatedExact)
COMPARE = {*EQUAL, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual}
IS_NULL = {IsNull, related_lookups.RelatedIsNull}


class Whole(NamedTuple):
    """The text, what the maker of the statement knows of its columns afterwards, and the tables that it joined to the query."""

    sql: str
    joins: list[tuple[str, Any]]
    select: list[Any]
    klass_info: Any
    column_of: dict[str, int]
    selected: selected.Selected | None


kept: dict[Any, Whole | None] = {}
"""None: its values do not stand in the order of its conditions."""


def keep(key: Any, whole: Whole | None) -> None:
    """Keep what was made for ``key``."""
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = whole


def key_of(query: Any, with_limits: bool, with_names: bool) -> Any:
    """All that the text of ``query`` depends on; None where it is not a plain one."""
    if (
        query.annotations
        or query.extra
        or query.extra_tables
        or query.extra_order_by
        or query.distinct
        or query.combinator
        or query.group_by is not None
        or query.select_for_update
        or query.subquery
        or query.explain_info
        or query.low_mark
        or not all(isinstance(one, str) for one in query.order_by)
    ):
        return None
    columns = selected.key_of(query, with_names)
    where = _shape(query.where) if columns else None
    if where is None:
        return None
    used = tuple(bool(query.alias_refcount[alias]) for alias in query.alias_map)
    order = (query.order_by, query.default_ordering, query.standard_ordering)
    return columns, where, used, order, query.high_mark, with_limits


def values_of(node: Any, compiler: Any) -> Iterator[Any]:
    """The values of the conditions, in their order."""
    for one in node.children:
        if type(one) is WhereNode:
            yield from values_of(one, compiler)
        elif type(one) in COMPARE and not isinstance(one.rhs, bool):
            yield from one.process_rhs(compiler, compiler.connection)[1]


def _shape(node: Any) -> Any:
    """The conditions without their values; None where one is not a column compared with a value."""
    if node.connector not in (AND, OR) or node.resolved:
        return None
    found = []
    for one in node.children:
        shape = _shape(one) if type(one) is WhereNode else _compared(one)
        if shape is None:
            return None
        found.append(shape)
    return node.connector, node.negated, tuple(found)


def _compared(one: Any) -> Any:
    if type(one) not in COMPARE and type(one) not in IS_NULL:
        return None
    column, value = one.lhs, one.rhs
    if type(column) is not Col or one.bilateral_transforms or hasattr(value, "resolve_expression"):
        return None
    # A field lives as long as the process, so its number means it. What is true or false stands in the text.
    said = value if isinstance(value, bool) else value is None
    return type(one), column.alias, id(column.target), id(column.output_field), isinstance(value, bool), said
