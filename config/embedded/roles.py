"""The database's roles and the databases themselves. Run as superuser at every start; it changes nothing twice.

``owner`` makes tables, ``wall`` (no login) owns the definer functions, ``runtime`` is the application, ``scribe`` writes
evidence, ``gate`` mints identities, ``worker`` carries out jobs and is nobody, ``sealer`` seals, ``backup`` reads everything
for dumps.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from config import budget
from security.walls.builtins import close_builtins

DATABASE = "tomoshibi"
LOGINS = ("owner", "runtime", "scribe", "gate", "worker", "sealer", "backup")
NOTHING = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION"
# Of the role and not of the connection's start: PgBouncer shares connections and refuses start options.
ALWAYS = {
    "timezone": "UTC",  # what Django asks for, so that RESET ALL goes back to it
    # Nothing a person typed reaches the server's log, however that server is configured.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# A hung statement or an abandoned transaction must not hold a pooled connection for ever.
LIMITS = {"statement_timeout": "30s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}
# Migrations, the seeder and dumps may take their time.
UNLIMITED = ("owner", "backup")


def prepare(conninfo: str, passwords: Mapping[str, str], *, tests: bool = False) -> None:
    """Create or repair every role and the database over ``conninfo`` (a superuser on the database ``postgres``).

    ``passwords`` has one for each of LOGINS. ``tests`` lets ``owner`` create and drop the test databases.
    """
    with psycopg.connect(conninfo, autocommit=True) as connection:
        # Two starters at once would both find a role missing.
        connection.execute("SELECT pg_advisory_lock(hashtext('tomoshibi roles'))")
        _make_roles(connection, passwords, tests)
        _limit_connections(connection)
        _close_databases(connection)
        # Every later database is copied from this one, those of the tests and of a restored dump too.
        _close_builtins(conninfo, "template1")
        _make_database(connection)
    _close_builtins(conninfo, DATABASE)


def _make_roles(connection: psycopg.Connection, passwords: Mapping[str, str], tests: bool) -> None:
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for name in (*LOGINS, "wall"):
        role = sql.Identifier(name)
        if name not in known:
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        # The whole set of attributes every time, so that one loosened by hand does not stay.
        rights = sql.SQL(NOTHING + (" BYPASSRLS" if name in {"wall", "backup"} else " NOBYPASSRLS"))
        if name == "wall":
            login = sql.SQL("NOLOGIN PASSWORD NULL").format()
        else:
            login = sql.SQL("LOGIN PASSWORD {}").format(sql.Literal(passwords[name]))
        connection.execute(sql.SQL("ALTER ROLE {} {} {}").format(role, rights, login))
        connection.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(role))
        for setting, value in (ALWAYS | ({} if name in UNLIMITED else LIMITS)).items():
            statement = sql.SQL("ALTER ROLE {} SET {} TO {}")
            connection.execute(statement.format(role, sql.Identifier(setting), sql.Literal(value)))
    if tests:
        connection.execute("ALTER ROLE owner CREATEDB")
    # owner makes functions as wall (SET ROLE), and does not read past the policies by itself (INHERIT FALSE).
    connection.execute("GRANT wall TO owner WITH INHERIT FALSE, SET TRUE, ADMIN FALSE")


def _limit_connections(connection: psycopg.Connection) -> None:
    """A share of the server's connections for each login, so that none can take another's."""
    (taken,) = connection.execute(budget.QUESTION).fetchone() or (0,)
    for name, limit in budget.shares(taken).items():
        connection.execute(sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(sql.Identifier(name), limit))


def _make_database(connection: psycopg.Connection) -> None:
    name = sql.Identifier(DATABASE)
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    if found is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(name))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for role in LOGINS:
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(role)))


def _close_databases(connection: psycopg.Connection) -> None:
    """No login of ours has any business in the databases that every PostgreSQL brings along."""
    for name in ("postgres", "template1"):
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def _close_builtins(conninfo: str, database: str) -> None:
    """Functions belong to a database, so each is closed by itself (ADR 14)."""
    with psycopg.connect(conninfo, dbname=database) as connection:
        close_builtins(connection)
