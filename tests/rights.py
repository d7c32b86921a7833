"""The second wall alone: rights by column refuse most of what a trigger refuses, and would hide a trigger that no longer does."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

CLOSED = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
  AND NOT has_column_privilege('runtime', attrelid, attnum, 'UPDATE')
"""


@contextmanager
def every_column(table: str) -> Iterator[None]:
    """In this test's own database the application may meanwhile UPDATE every column of ``table``: its triggers alone refuse."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(CLOSED, [table])
        (closed,) = cursor.fetchone()
        assert closed, f"no column of {table} is closed by a right: the test needs no grant"
        cursor.execute(f"GRANT UPDATE ({closed}) ON {table} TO runtime")
        yield
        cursor.execute(f"REVOKE UPDATE ({closed}) ON {table} FROM runtime")
