"""``ENGINE``: Django's own PostgreSQL backend. What is added keeps one request's connection from harming the next one's."""

import os
from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg_pool import ConnectionPool

# DISCARD ALL without DEALLOCATE ALL and DISCARD PLANS: prepared statements halve PostgreSQL's work on a page, and stay.
# No login may take an advisory lock (security/walls/builtins.py), so there is none to release.
CLEAN = """
SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *;
DISCARD SEQUENCES; DISCARD TEMP; SELECT EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql)
"""
# Statements kept ready on one connection; psycopg's own limit of 100 is less than the product has.
PREPARED = 400


class UncleanError(psycopg.OperationalError):
    """Something is left on the connection that cannot be taken back."""


def clean(connection: psycopg.Connection) -> None:
    """The pool's ``reset``: take back whatever a request did to its session. On an error the pool closes the connection.

    psycopg prepares over the protocol. A statement prepared in SQL is therefore not ours, and under one of psycopg's names it
    would run in another person's name later: UncleanError.
    """
    connection.autocommit = True
    if connection.execute(CLEAN).set_result(-1).fetchone() != (False,):
        raise UncleanError("a statement was prepared in SQL")


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, with our own makers of SQL."""

    compiler_module = "config.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with pools that recover at once and do not cross a fork."""

    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection:
        """A connection that answers. The pool's own check waits longer after every dead one, so that a few of them, all dead
        since a restart of the database, used up its whole time."""
        connection: psycopg.Connection = super().get_new_connection(conn_params)
        for _dead in range(self.pool.max_size if self.pool else 0):
            try:
                ConnectionPool.check_connection(connection)
                break
            except psycopg.Error:
                connection.close()
                self.pool.putconn(connection)  # a closed one is replaced
                connection = super().get_new_connection(conn_params)
        return connection

    def _configure_connection(self, connection: psycopg.Connection) -> bool:
        connection.prepared_max = PREPARED
        return bool(super()._configure_connection(connection))  # type: ignore[misc]  # not in the stubs

    def _rollback(self) -> None:
        if not self._undone("ROLLBACK"):
            super()._rollback()  # type: ignore[misc]  # not in the stubs

    def _savepoint_rollback(self, sid: str) -> None:
        if not self._undone(self.ops.savepoint_rollback_sql(sid)):
            super()._savepoint_rollback(sid)  # type: ignore[misc]  # not in the stubs

    def _undone(self, statement: str) -> bool:
        """Undo without psycopg's notice, which would forget every statement that it has prepared, so that each page after a
        missing one or a refused act were planned anew. After an error of the database, which may be that such a statement
        cannot run any more, and for the owner, whose migrations make tables, it forgets them: then nothing is done here."""
        line = self.connection and self.connection.pgconn
        if self.alias == "owner" or not line or line.transaction_status != TransactionStatus.INTRANS:
            return False
        return bool(line.exec_(statement.encode()).status == ExecStatus.COMMAND_OK)


def close_pools() -> None:
    """Close the pools of every alias; each is opened again by the next query that needs it."""
    pools = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]  # not in the stubs
    for alias in list(pools):
        pools.pop(alias).close()


# The threads of a pool end with a fork: a child would wait on it forever (gunicorn --preload).
os.register_at_fork(before=close_pools)
