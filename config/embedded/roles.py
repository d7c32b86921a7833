"""The database's roles and the databases themselves. Run as superuser at every start; it changes nothing twice.

``owner`` makes tables, ``wall`` (no login) owns the definer functions, ``runtime`` is the application, ``scribe`` writes
access log, ``gate`` mints identities, ``worker`` carries out jobs and has no identity, ``sealer`` seals, ``backup`` reads
everything for dumps.
"""

from collections.abc import Mapping

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from psycopg import sql

from config import budget
from config.settings.databases import LIMITS
from security.walls.builtins import close_builtins
from security.walls.roles import role

DATABASE = "tomoshibi"
LOGINS = ("owner", "runtime", "scribe", "gate", "worker", "sealer", "backup")
NOTHING = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION"
# Of the role and not of the connection's start: PgBouncer shares connections and refuses start options.
ALWAYS = {
    "TimeZone": "UTC",  # what Django asks for, so that RESET ALL goes back to it
    # Nothing a person typed reaches the server's log, however that server is configured.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# Migrations, the seeder and dumps may take their time.
UNLIMITED = ("owner", "backup")
# A login can change its own role's settings, in one database too; these go first.
IN_DATABASES = """
SELECT d.datname::text FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole JOIN pg_database d ON d.oid = s.setdatabase
WHERE r.rolname = %s
"""


def prepare(
    conninfo: str, passwords: Mapping[str, str], *, database: str = DATABASE, tests: bool = False
) -> None:
    """Create or repair every role and the database over ``conninfo`` (a superuser on the database ``postgres``).

    ``passwords`` has one for each of LOGINS. ``tests`` lets ``owner`` create and drop the test databases.
    """
    with psycopg.connect(conninfo, autocommit=True) as connection:
        # Two starters at the same time would both find a role missing.
        connection.execute("SELECT pg_advisory_lock(hashtext('tomoshibi roles'))")
        _make_roles(connection, passwords, tests)
        _limit_connections(connection)
        _close_databases(connection)
        # Every later database is copied from this one, those of the tests and of a restored dump too.
        _close_builtins(conninfo, "template1")
        _make_database(connection, database)
    _close_builtins(conninfo, database)


def _make_roles(connection: psycopg.Connection, passwords: Mapping[str, str], tests: bool) -> None:
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for name in (*LOGINS, "wall"):
        identifier = sql.Identifier(role(name))
        if role(name) not in known:
            connection.execute(sql.SQL("CREATE ROLE {}").format(identifier))
        # The whole set of attributes every time, so that one loosened by hand does not stay.
        rights = sql.SQL(NOTHING + (" BYPASSRLS" if name in {"wall", "backup"} else " NOBYPASSRLS"))
        if name == "wall":
            login = sql.SQL("NOLOGIN PASSWORD NULL").format()
        else:
            login = sql.SQL("LOGIN PASSWORD {}").format(sql.Literal(passwords[name]))
        connection.execute(sql.SQL("ALTER ROLE {} {} {}").format(identifier, rights, login))
        connection.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(identifier))
        for (database,) in connection.execute(IN_DATABASES, [role(name)]).fetchall():
            reset = sql.SQL("ALTER ROLE {} IN DATABASE {} RESET ALL")
            connection.execute(reset.format(identifier, sql.Identifier(database)))
        for setting, value in settings_of(name).items():
            statement = sql.SQL("ALTER ROLE {} SET {} TO {}")
            connection.execute(statement.format(identifier, sql.Identifier(setting), sql.Literal(value)))
    owner, wall = sql.Identifier(role("owner")), sql.Identifier(role("wall"))
    if tests:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(owner))
    # owner makes functions as wall (SET ROLE), and does not read past the policies by itself (INHERIT FALSE).
    connection.execute(
        sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE, ADMIN FALSE").format(wall, owner)
    )


def _limit_connections(connection: psycopg.Connection) -> None:
    """A share of the server's connections for each login, so that none can take another's."""
    (taken,) = connection.execute(budget.QUESTION).fetchone() or (0,)
    for name, limit in budget.shares(taken).items():
        connection.execute(sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(sql.Identifier(name), limit))


def _make_database(connection: psycopg.Connection, database: str) -> None:
    name = sql.Identifier(database)
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    if found is None:
        statement = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(statement.format(name, sql.Identifier(role("owner"))))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for login in LOGINS:
        statement = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        connection.execute(statement.format(name, sql.Identifier(role(login))))


def _close_databases(connection: psycopg.Connection) -> None:
    """No login of ours has any business in the databases that every PostgreSQL brings along."""
    for name in ("postgres", "template1"):
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def _close_builtins(conninfo: str, database: str) -> None:
    """Functions belong to a database, so each is closed by itself (ADR 14)."""
    with psycopg.connect(conninfo, dbname=database) as connection:
        close_builtins(connection)


def settings_of(login: str) -> dict[str, str]:
    """What the login's sessions begin with."""
    return ALWAYS | ({} if login in UNLIMITED else LIMITS)


def check_role_settings(using: str = "default") -> None:
    """Raise ImproperlyConfigured, one sentence, where the settings of a login were changed: it may do so by itself."""
    logins = {role(name): name for name in LOGINS}
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname::text, s.setdatabase, s.setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole"
            " WHERE r.rolname = ANY(%s)",
            [list(logins)],
        )
        for name, database, found in cursor.fetchall():
            ours = {f"{setting}={value}" for setting, value in settings_of(logins[name]).items()}
            if database or set(found) != ours:
                raise ImproperlyConfigured(
                    f"The settings of the login {name} were changed: run python -m config.install again, and find out who did it."
                )
