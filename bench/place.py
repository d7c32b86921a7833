"""A PostgreSQL of the bench's own, under the temp dir, as durable as in earnest; gone when the run ends, however it ends."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config.embedded import postgres, roles, testing
from config.embedded.keeper import keep, release

# Set by a superuser, since ``config.embedded.postgres`` has the values of a small office: a database of a million cases has
# memory for its indexes, and a bulk load must not wait for checkpoints.
TUNED = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
    "checkpoint_timeout": "1h",
}


@contextmanager
def own_server() -> Iterator[postgres.Server]:
    """A server with its roles, and Django ready for it. Enter it once, before anything imports a model."""
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-bench-"))
    folder.chmod(0o755)
    (folder / "var" / "static").mkdir(parents=True)  # where the settings look for collected files
    os.environ[testing.HOME] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ.pop("DATABASE_URL", None)
    home = testing.server_home()
    server = postgres.start(home, testing.PASSWORDS["postgres"], durable=True)
    keeper = keep(home, remove=folder)
    try:
        _tune(server)
        roles.prepare(server.conninfo(), testing.PASSWORDS, tests=True)
        import django

        django.setup()
        yield server
    finally:
        release(keeper)


def _tune(server: postgres.Server) -> None:
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        for name, value in TUNED.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    postgres.stop(server.home)
    postgres.start(server.home, server.password, durable=True)


def make_database(server: postgres.Server, name: str) -> None:
    """An empty database that belongs to ``owner``."""
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER owner")


def drop_database(server: postgres.Server, name: str) -> None:
    """Remove it, whoever is still connected."""
    from django.db import connections

    connections.close_all()
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def use_database(name: str) -> None:
    """Point every alias at ``name``."""
    from django.db import connections

    connections.close_all()
    for alias in ("default", "audit", "gate", "owner"):
        connections.databases[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def make_migrated(server: postgres.Server, name: str) -> None:
    """A migrated and walled database of this name, in use from now on."""
    from django.core.management import call_command

    make_database(server, name)
    use_database(name)
    call_command("migrate", database="owner", verbosity=0)
