"""Lists of unlike rows that are always needed together are read in one statement."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

MOST_COLUMNS = 1600
"""How many columns a statement brings: the database takes 1664 and refuses more."""

MOST_LISTS = 28
"""How many lists one statement reads. A page takes as long with one as with all; a new session plans a long one slowly."""

Compiled = tuple[QuerySet[Any], Any, str, tuple[Any, ...]]


def read_together(*lists: QuerySet[Any]) -> None:
    """Fill these querysets, of models and of one database, by one statement, or by as few as their columns need; each keeps its
    own order and limit.

    For lists that are short, or cut. Row-level security answers for each table as it does alone. What is read already is left
    as it is.
    """
    unread = [rows for rows in lists if rows._result_cache is None]
    compiled: list[Compiled] = []
    for rows in unread:
        compiler = _without_seldom(rows).query.get_compiler(rows.db)
        try:
            compiled.append((rows, compiler, *compiler.as_sql(with_col_aliases=True)))
        except EmptyResultSet:
            rows._result_cache = []
    for some in _that_fit(compiled):
        _read(some)


def _without_seldom(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows without what their joined models name in ``SELDOM``: that is read where it is asked for."""
    related = rows.query.select_related
    joined = _joined(rows.model, related) if isinstance(related, dict) else ()
    seldom = [f"{path}__{name}" for path, model in joined for name in sorted(getattr(model, "SELDOM", ()))]
    return rows.defer(*seldom) if seldom else rows


def _joined(model: Any, related: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each joined model with the way to it."""
    for name, further in related.items():
        target = model._meta.get_field(name).related_model
        yield before + name, target
        yield from _joined(target, further, f"{before}{name}__")


def _that_fit(compiled: list[Compiled]) -> Iterator[list[Compiled]]:
    """The lists in their order, as many together as a statement can bring."""
    some: list[Compiled] = []
    columns = 0
    for one in compiled:
        more = 1 + len(one[1].select)
        if some and (len(some) == MOST_LISTS or columns + more > MOST_COLUMNS):
            yield some
            some, columns = [], 0
        some.append(one)
        columns += more
    if some:
        yield some


def _read(compiled: list[Compiled]) -> None:
    # No row of one list meets one of another: each row of the answer belongs to one list, and its place there is said first.
    parts = [
        f"(SELECT row_number() OVER () AS place, * FROM ({sql}) listed) part{number}"  # noqa: S608 - the ORM's own
        for number, (_rows, _compiler, sql, _given) in enumerate(compiled)
    ]
    joined = _paired(parts)
    with connections[compiled[0][0].db].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {joined}", [one for *_rest, given in compiled for one in given])  # noqa: S608 - see above
        answer = cursor.fetchall()
    begin = 0
    for rows, compiler, _sql, _given in compiled:
        end = begin + 1 + len(compiler.select)
        found = sorted((row[begin:end] for row in answer if row[begin] is not None), key=lambda row: row[0])
        _fill(rows, compiler, [row[1:] for row in found])
        begin = end


def _paired(parts: list[str]) -> str:
    """The parts side by side. Joined in pairs of pairs, since the database plans each column anew at every join above it."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({_paired(parts[:half])} FULL JOIN {_paired(parts[half:])} ON false)"


def _fill(rows: QuerySet[Any], compiler: Any, found: list[tuple[Any, ...]]) -> None:
    """Let a queryset make its objects from rows that are there already."""
    answered: Any = rows.all()
    answered.query.get_compiler = lambda *_args, **_kwargs: compiler
    compiler.execute_sql = lambda *_args, **_kwargs: [found]
    rows._result_cache = list(answered)
