"""Django's makers of SQL, which the engine asks for by the name of this module; one of them takes shorter ways."""

from operator import is_
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)

from config.postgresql import selected

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]

NOT_MEANT = (None, None, None)
"""Stands for a selected column that no name of the order can mean; its place is counted all the same."""


class SQLCompiler(compiler.SQLCompiler):
    """Django's, with a quicker order and with selected columns that are kept (selected.py).

    Django makes a dictionary of all selected columns first, to order by a column's number where it can; the key of a column
    of a table that is joined twice is dear. A name is only ever found by the name a column was given, so where the order is
    made of names, the columns that have none of them are left out.
    """

    _selected: selected.Selected | None = None

    def get_select(self, with_col_aliases: bool = False) -> tuple[list[Any], Any, dict[str, int]]:
        key = selected.key_of(self.query, with_col_aliases)
        found = selected.kept.get(key)
        select = found and self._with_annotations(found)
        if found is None or select is None:
            return self._work_out(key, with_col_aliases)
        query = self.query
        for alias, join in found.joins:
            query.alias_map[alias] = join
            query.table_map.setdefault(join.table_name, []).append(alias)
        for alias, times in found.uses:
            query.alias_refcount[alias] = query.alias_refcount.get(alias, 0) + times
        self._selected = found
        return select, found.klass_info, {**found.named}

    def _with_annotations(self, found: selected.Selected) -> list[Any] | None:
        """What was kept, with the annotations of this query; None where one of them is always or never true."""
        select, annotations = [*found.select], self.query.annotation_select
        try:
            for name, place in found.named.items():
                expression: Any = annotations[name]
                select[place] = (expression, expression.select_format(self, *self.compile(expression)), name)
        except (EmptyResultSet, FullResultSet):
            return None
        return select

    def _work_out(self, key: Any, with_names: bool) -> tuple[list[Any], Any, dict[str, int]]:
        """As Django does, and keep it under ``key``."""
        joined, used = set(self.query.alias_map), dict(self.query.alias_refcount)
        select, klass_info, annotations = super().get_select(with_names)
        if key is not None:
            joins = [(alias, join) for alias, join in self.query.alias_map.items() if alias not in joined]
            uses = [
                (alias, more)
                for alias, times in self.query.alias_refcount.items()
                if (more := times - used.get(alias, 0))
            ]
            kept: list[Any] = [*select]
            for place in annotations.values():
                kept[place] = None
            columns = [] if annotations else [one[0] for one in select]
            converters = super().get_converters(columns)
            made = selected.Selected(kept, {**annotations}, klass_info, joins, uses, columns, converters)
            selected.keep(key, made)
        return select, klass_info, annotations

    def get_converters(self, expressions: Any) -> dict[int, Any]:
        found = self._selected
        if found and len(found.columns) == len(expressions) and all(map(is_, found.columns, expressions)):
            return found.converters
        return dict(super().get_converters(expressions))

    def _order_by_pairs(self) -> list[tuple[Any, bool]]:  # type: ignore[override]  # the stubs know no answer
        whole, names = self.select, self._names_of_order()
        djangos: Any = super()._order_by_pairs
        if not whole or names is None:
            return [*djangos()]
        kept = [one if one[2] in names else NOT_MEANT for one in whole]
        # Django looks only at whether there are any where queries are combined; what holds nothing else is a walk for nothing.
        self.select = kept if self.query.combinator or any(one is not NOT_MEANT for one in kept) else []
        try:
            return [*djangos()]
        finally:
            self.select = whole

    def _names_of_order(self) -> set[str] | None:
        """The names the rows may be ordered by, without their direction; None where an expression is among them."""
        own = getattr(self.query.get_meta(), "ordering", None) or ()
        order = (*self.query.extra_order_by, *self.query.order_by, *own)
        named = {one.removeprefix("-") for one in order if isinstance(one, str)}
        return named if all(isinstance(one, str) for one in order) else None
