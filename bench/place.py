"""A PostgreSQL of the bench's own, under the temp dir, as durable as in earnest; gone when the run ends, however it ends."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config.embedded import postgres, roles, testing
from config.embedded.keeper import keep, release

# While data is loaded: a bulk load must not wait for checkpoints. What is measured runs with the settings of the product.
LOADING = {"max_wal_size": "8GB", "checkpoint_timeout": "1h", "maintenance_work_mem": "512MB"}


@contextmanager
def own_server() -> Iterator[postgres.Server]:
    """A server with its roles, and Django ready for it. Enter it once, before anything imports a model."""
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-bench-"))
    folder.chmod(0o755)
    (folder / "var" / "static").mkdir(parents=True)  # where the settings look for collected files
    os.environ[testing.HOME] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ.pop("DATABASE_URL", None)
    home = testing.server_home()
    server = postgres.start(home, testing.PASSWORDS["postgres"], durable=True)
    keeper = keep(home, remove=folder)
    try:
        roles.prepare(server.conninfo(), testing.PASSWORDS, tests=True)
        import django

        django.setup()
        from django.conf import settings

        from security.encryption.providers import make_key_file

        make_key_file(Path(settings.TOMOSHIBI_KEY_FILE))
        yield server
    finally:
        release(keeper)


@contextmanager
def bulk_load(server: postgres.Server) -> Iterator[None]:
    """Settings for a bulk load, for new sessions and those of this block; the product's own come back afterwards."""
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        for name, value in LOADING.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        connection.execute("SELECT pg_reload_conf()")
        yield
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")


def postmaster_of(data: Path) -> int:
    """The process number of the server that runs over ``data``."""
    return int((data / "postmaster.pid").read_text().split()[0])


def make_database(server: postgres.Server, name: str) -> None:
    """An empty database that belongs to ``owner``."""
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER owner")


def copy_database(server: postgres.Server, name: str, copy: str) -> None:
    """A copy of ``name``, to which nobody may be connected."""
    from django.db import connections

    connections.close_all()
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {copy} TEMPLATE {name} OWNER owner STRATEGY FILE_COPY")


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
