"""Django's makers of SQL, which the engine asks for by the name of this module; one of them takes a shorter way."""

from typing import Any

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)

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
    """Django's, with a quicker order.

    Django makes a dictionary of all selected columns first, to order by a column's number where it can; the key of a column
    of a table that is joined twice is dear. A name is only ever found by the name a column was given, so where the order is
    made of names, the columns that have none of them are left out.
    """

    def _order_by_pairs(self) -> list[tuple[Any, bool]]:  # type: ignore[override]  # the stubs know no answer
        whole, names = self.select, self._names_of_order()
        djangos: Any = super()._order_by_pairs
        if not whole or names is None:
            return [*djangos()]
        self.select = [one if one[2] in names else NOT_MEANT for one in whole]
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
