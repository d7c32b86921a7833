"""A database that is put back after each test instead of being copied anew: half the work, and its connections stay warm.

A test still commits, and works as the application's real roles. What it wrote is taken away by a superuser whom no trigger sees;
a database whose make-up was changed is given up for a fresh copy.
"""

from collections.abc import Iterable

import psycopg
from django.db import connections

from config.postgresql.base import clean

OFTEN = 40
"""After so many tests a fresh copy is made: the rows that were taken away are still looked at by every scan."""
TABLES = """
    SELECT c.oid::regclass::text FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    ORDER BY 1
"""
SEQUENCES = "SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2"
OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s)
"""
MAKE_UP = (
    *("class", "attribute", "proc", "trigger", "policy", "rewrite", "constraint", "namespace", "default_acl"),
    *("extension", "event_trigger", "statistic", "db_role_setting"),
)
"""The catalogs that show a changed table, function, wall, right or setting, or statistics that were gathered."""
CATALOGS = [
    *(f"pg_{name}" for name in MAKE_UP),
    "(SELECT xmin FROM pg_database WHERE datname = current_database()) AS own",
]


class Kept:
    """A copy of a template named ``name``, and a superuser's connection that puts it back."""

    def __init__(self, name: str, session: psycopg.Connection) -> None:
        self.name, self.used = name, 0
        self._session = session
        session.execute("SET session_replication_role = replica")
        self._rows = {table: self._read(table) for (table,) in session.execute(TABLES).fetchall()}
        self._sequences = session.execute(SEQUENCES).fetchall()
        self._make_up, self._contents = self._picture(CATALOGS), self._picture(self._rows)

    def put_back(self) -> bool:
        """Make every row and sequence what it was and end all connections but the application's idle ones; False if it cannot."""
        self.used += 1
        try:
            return self.used < OFTEN and self._put_back()
        except psycopg.OperationalError:  # the test killed every connection, or the server
            return False

    def _put_back(self) -> bool:
        self._session.execute(OTHERS, [_idle()])
        if self._picture(CATALOGS) != self._make_up:
            return False
        changed = [
            table for table, found in self._picture(self._rows).items() if found != self._contents[table]
        ]
        with self._session.transaction():
            for table in changed:
                self._write(table)
        self._contents |= self._picture(changed)
        for place, before in zip(self._session.execute(SEQUENCES).fetchall(), self._sequences, strict=True):
            if place != before:
                self._session.execute(
                    "SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, coalesce(%s::bigint, 1), %s)",
                    [*before, before[2] is not None],
                )
        return True

    def close(self) -> None:
        """End the superuser's connection."""
        self._session.close()

    def _picture(self, tables: Iterable[str]) -> dict[str, list[int]]:
        """How many rows each has, and which transaction wrote the latest: another picture for any change."""
        names = list(tables)
        asked = [
            f"(SELECT ARRAY[count(*), coalesce(max(xmin::text::bigint), 0)] FROM {name})" for name in names
        ]
        found = self._session.execute("SELECT " + ", ".join(asked)).fetchone() if names else ()
        return dict(zip(names, found or (), strict=True))

    def _read(self, table: str) -> bytes:
        with self._session.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as rows:
            return b"".join(bytes(part) for part in rows)

    def _write(self, table: str) -> None:
        self._session.execute(f"DELETE FROM {table}")
        if self._rows[table]:
            with self._session.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as rows:
                rows.write(self._rows[table])


def _idle() -> list[int]:
    """The backends of the connections that another test may go on with, cleaned as a pool cleans them; the others are closed."""
    kept = []
    for alias in connections:
        wrapper = connections[alias]
        held = wrapper.connection
        if held is None:
            continue
        try:
            if wrapper.in_atomic_block or wrapper.settings_dict["OPTIONS"].get("assume_role"):
                raise psycopg.OperationalError
            clean(held)
            kept.append(held.info.backend_pid)
        except psycopg.Error:
            wrapper.close()
            del connections[alias]
    return kept
