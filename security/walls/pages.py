"""Pages of a walled list, found within the database: SQL of the function that reads the ids of one page, and the call.

Under the policies a comparison of times is no condition of an index, since it could tell something of a hidden row. The function
runs as ``wall`` and says itself which rows are the caller's; the rows are then read through the policies like any others.
"""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from face.keyset import Key, KeyedList, Place

Row = TypeVar("Row", bound=Model)

PLACE = "timestamptz, uuid, boolean, integer"
"""Types of the arguments that every page function ends with: edge_at, edge_id, newer, size."""


def page_function(
    name: str,
    arguments: str,
    table: str,
    at: str,
    condition: str,
    *,
    chosen: bool = False,
    whole: bool = False,
) -> str:
    """SQL of ``wall.<name>(<arguments>, edge_at, edge_id, newer, size)``: ids of ``table`` beside an edge, nearest first.

    ``condition`` decides which rows of ``table`` (named ``t``) the caller may see. ``chosen``: its arguments narrow the list or
    leave it whole, so it is planned each time, by the index of what was chosen. ``whole``: it returns the rows themselves,
    for a table that the application has no right to read.
    """
    planned = " SET plan_cache_mode = force_custom_plan" if chosen else ""
    beside = "".join(f"{argument}, " for argument in arguments.split(", ") if argument)
    what, row = ("t.*", f"public.{table}") if whole else ("t.id", "uuid")
    read = f"RETURN QUERY SELECT {what} FROM public.{table} t WHERE {condition} AND (t.{at}, t.id)"  # noqa: S608 - declarations
    return f"""
CREATE OR REPLACE FUNCTION wall.{name}({beside}edge_at timestamptz, edge_id uuid, newer boolean, size integer) RETURNS SETOF {row}
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = pg_catalog, pg_temp{planned} AS $$
BEGIN
  IF newer THEN
    {read} > (edge_at, edge_id) ORDER BY t.{at}, t.id LIMIT size;
  ELSE
    {read} < (edge_at, edge_id) ORDER BY t.{at} DESC, t.id DESC LIMIT size;
  END IF;
END $$;
"""


NEWEST = ("infinity", UUID(int=2**128 - 1), False)
SOONEST = ("-infinity", UUID(int=0), True)
"""The edges before the first page of a list, by what comes first in it."""


def page_call(
    name: str, arguments: Sequence[Any], place: Place | None, size: int, *, soonest: bool = False
) -> tuple[str, list[Any]]:
    """The SQL that asks ``wall.<name>`` for the rows of one page beside ``place`` and one more, and its values."""
    marks = "%s, " * len(arguments)
    edge = (*place.key, place.newer) if place else SOONEST if soonest else NEWEST
    call = f"SELECT * FROM wall.{name}({marks}%s::timestamptz, %s::uuid, %s, %s)"  # noqa: S608 - a name of ours
    return call, [*arguments, *edge, size + 1]


def walled_list(
    rows: QuerySet[Row], name: str, *arguments: Any, moment: str, soonest: bool = False, whole: bool = False
) -> KeyedList[Row]:
    """The list whose ids ``wall.<name>``, called with ``arguments``, finds; ``rows`` reads them, and shows no others.

    ``moment``: the column they are ordered by, the latest first, or with ``soonest`` the soonest. ``whole``: the function returns
    the rows themselves, and ``rows`` only says of which model.
    """

    def read(place: Place | None, size: int) -> tuple[list[Row], bool]:
        call, values = page_call(name, arguments, place, size, soonest=soonest)
        if whole:
            listed = list(rows.raw(call, values))
            return listed[:size], len(listed) > size
        with connection.cursor() as cursor:
            cursor.execute(call, values)
            wanted = [row_id for (row_id,) in cursor.fetchall()]
        found = rows.order_by().in_bulk(wanted[:size])
        return [found[row_id] for row_id in wanted[:size] if row_id in found], len(wanted) > size

    def key(row: Row) -> Key:
        return getattr(row, moment).isoformat(), str(row.pk)

    return KeyedList(read, key, soonest)
