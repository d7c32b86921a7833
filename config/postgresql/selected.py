"""What a list of a model selects is worked out once, and kept for the next list that selects the same.

Django works it out for every list: which tables are joined for ``select_related``, and the SQL of each column. With rows of a
hundred columns that was half of what a statement cost in Python. It depends on nothing but what stands in :func:`key_of`.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models.sql.datastructures import BaseTable, Join

MOST = 4_000
"""So many are kept before all are forgotten: more than the product has, for code that makes ever new ones."""


class Selected(NamedTuple):
    """The answer of ``get_select``, and what working it out does to the query: which tables it joins and uses.

    ``named`` are the places of annotations. They are made each time: what was typed may stand in them.
    """

    select: list[Any]
    named: dict[str, int]
    klass_info: Any
    joins: list[tuple[str, Any]]
    uses: list[tuple[str, int]]
    columns: list[Any]
    converters: dict[int, Any]


kept: dict[Any, Selected] = {}


def keep(key: Any, selected: Selected) -> None:
    """Keep what was worked out for ``key``."""
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = selected


def key_of(query: Any, with_names: bool) -> Any:
    """All that the columns and joins of ``query`` depend on; None where its columns are not those of a model."""
    model, related = query.model, query.select_related
    if (
        query.selected is not None
        or not query.default_cols
        or query.extra_select
        or query._filtered_relations
        or query.external_aliases
        or not (related is False or isinstance(related, dict))
        or model is None
        or model._meta.apps is not apps  # a migration's models come and go
    ):
        return None
    joins = tuple(_joined(query))
    if None in joins:
        return None
    names, deferred = query.deferred_loading
    return (
        model,
        related and _frozen(related),
        frozenset(names),
        deferred,
        with_names,
        query.alias_prefix,
        tuple(query.table_map),
        tuple(query.annotation_select),
        joins,
    )


def _frozen(related: dict[str, Any]) -> tuple[Any, ...]:
    return tuple((name, _frozen(further)) for name, further in related.items())


def _joined(query: Any) -> Iterator[Any]:
    """The tables that are joined already. A field lives as long as the process, so its number means it."""
    for alias, one in query.alias_map.items():
        if type(one) is Join and one.filtered_relation is None:
            yield alias, one.table_name, one.parent_alias, id(one.join_field), one.join_type
        else:
            yield (alias, one.table_name) if type(one) is BaseTable else None
