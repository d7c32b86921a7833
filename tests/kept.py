"""A database that is put back after each test instead of being copied anew: half the work, and its connections stay warm.

A test still commits, and works as the application's real roles. What it wrote is taken away by a superuser whom no trigger sees;
a database whose make-up was changed is given up for a fresh copy.
"""

from typing import cast

import psycopg
from django.db import connections
from psycopg import sql

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
MAKE_UP = ("class", "attribute", "proc", "trigger", "policy", "constraint", "namespace", "statistic")
"""The catalogs that show a changed table, function, wall or right, or statistics that were gathered."""
REBUILT = " OR ".join(
    [f"EXISTS (SELECT FROM pg_{catalog} WHERE xmin::text::bigint >= %(since)s)" for catalog in MAKE_UP]
    + [
        "EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND xmin::text::bigint >= %(since)s)",
        "EXISTS (SELECT FROM pg_db_role_setting WHERE xmin::text::bigint >= %(since)s)",
    ]
)


class Kept:
    """A copy of a template named ``name``, and a superuser's connection that puts it back."""

    def __init__(self, name: str, session: psycopg.Connection) -> None:
        self.name, self.used = name, 0
        self._session = session
        session.execute("SET session_replication_role = replica")
        self._rows = {table: self._read(table) for (table,) in session.execute(TABLES).fetchall()}
        self._sequences = session.execute(SEQUENCES).fetchall()
        self._changed = sql.SQL("SELECT {0}").format(
            sql.SQL(", ").join(self._is_changed(table, rows) for table, rows in self._rows.items())
        )
        self._since = self._now()

    def put_back(self) -> bool:
        """Make every row and sequence what it was and end all connections but the application's idle ones; False if it cannot."""
        self.used += 1
        if self.used >= OFTEN:
            return False
        self._session.execute(OTHERS, [_idle()])
        if self._session.execute(f"SELECT {REBUILT}", {"since": self._since}).fetchone() != (False,):
            return False
        changed = self._session.execute(self._changed, {"since": self._since}, prepare=True).fetchone()
        with self._session.transaction():
            for table, is_changed in zip(self._rows, changed or (), strict=True):
                if is_changed:
                    self._write(table)
        for place, before in zip(self._session.execute(SEQUENCES).fetchall(), self._sequences, strict=True):
            if place != before:
                self._session.execute(
                    "SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, coalesce(%s::bigint, 1), %s)",
                    [*before, before[2] is not None],
                )
        self._since = self._now()
        return True

    def close(self) -> None:
        """End the superuser's connection."""
        self._session.close()

    def _now(self) -> int:
        """The first transaction of those to come."""
        found = self._session.execute(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        ).fetchone()
        return cast(int, found[0]) if found else 0

    def _read(self, table: str) -> bytes:
        with (
            self._session.cursor() as cursor,
            cursor.copy(sql.SQL("COPY {} TO STDOUT").format(_named(table))) as rows,
        ):
            return b"".join(bytes(part) for part in rows)

    def _write(self, table: str) -> None:
        self._session.execute(sql.SQL("DELETE FROM {}").format(_named(table)))
        if self._rows[table]:
            with (
                self._session.cursor() as cursor,
                cursor.copy(sql.SQL("COPY {} FROM STDIN").format(_named(table))) as rows,
            ):
                rows.write(self._rows[table])

    @staticmethod
    def _is_changed(table: str, rows: bytes) -> sql.Composed:
        if not rows:
            return sql.SQL("EXISTS (SELECT FROM {})").format(_named(table))
        return sql.SQL(
            "((SELECT count(*) FROM {0}) <> {1} OR EXISTS (SELECT FROM {0} WHERE xmin::text::bigint >= %(since)s))"
        ).format(_named(table), sql.Literal(rows.count(b"\n")))


def _named(table: str) -> sql.SQL:
    """A table as PostgreSQL itself quoted it."""
    return sql.SQL(table)


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
