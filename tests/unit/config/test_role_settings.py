"""A login may change its own role's defaults and password; PostgreSQL cannot forbid it: how far that reaches, what mends it."""

from collections.abc import Iterator

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from config.embedded import postgres, roles
from config.embedded.testing import PASSWORDS
from config.settings.databases import databases

POISONS = {
    "default_transaction_isolation": ("serializable", "read committed"),
    "default_transaction_read_only": ("on", "off"),
    "search_path": ("pg_catalog", '"$user", public'),
    "row_security": ("off", "on"),
    "synchronous_commit": ("off", "on"),
    "debug_print_plan": ("on", "off"),
    "lock_timeout": ("0", "5s"),
    "statement_timeout": ("1ms", "30s"),
}


@pytest.fixture
def poisoned(empty_cluster: postgres.Server) -> Iterator[postgres.Server]:
    """A server in which an injected statement has changed what the login ``runtime`` begins with, wherever that can be done."""
    with psycopg.connect(
        empty_cluster.conninfo(roles.DATABASE, "runtime", PASSWORDS["runtime"]), autocommit=True
    ) as injected:
        for name, (value, _ours) in POISONS.items():
            for place in ("", f"IN DATABASE {roles.DATABASE}"):
                injected.execute(f"ALTER ROLE runtime {place} SET {name} = '{value}'".encode())
    yield empty_cluster
    connections.close_all()


def own_connection(server: postgres.Server) -> psycopg.Connection:
    """As the application connects, with nothing but its own settings."""
    place = {"HOST": str(server.sockets), "PORT": str(postgres.PORT), "NAME": roles.DATABASE}
    options = databases(place, PASSWORDS, pools=False)["default"]["OPTIONS"]
    conninfo = server.conninfo(roles.DATABASE, "runtime", PASSWORDS["runtime"])
    return psycopg.connect(conninfo, options=options["options"], autocommit=True)


def test_a_connection_begins_with_our_settings_and_comes_back_to_them(poisoned: postgres.Server) -> None:
    with own_connection(poisoned) as connection:
        for _turn in range(2):
            for name, (_value, ours) in POISONS.items():
                assert connection.execute(f"SHOW {name}".encode()).fetchone() == (ours,), name
            connection.execute("RESET ALL")


def test_the_start_says_it_and_the_installer_takes_it_back(
    poisoned: postgres.Server, monkeypatch: pytest.MonkeyPatch, django_db_blocker: object
) -> None:
    place = {"HOST": str(poisoned.sockets), "PORT": str(postgres.PORT), "NAME": roles.DATABASE}
    monkeypatch.setitem(connections.databases, "elsewhere", {
        **connections.databases["default"], **databases(place, PASSWORDS, pools=False)["default"],
    })  # fmt: skip
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with pytest.raises(ImproperlyConfigured, match="The settings of the login runtime were changed"):
            roles.check_role_settings("elsewhere")
        roles.prepare(poisoned.conninfo(), PASSWORDS)
        roles.check_role_settings("elsewhere")
        connections["elsewhere"].close()
        del connections["elsewhere"]


def test_a_password_changed_by_its_own_login_keeps_the_application_out_until_the_installer_runs(
    empty_cluster: postgres.Server,
) -> None:
    """Nothing is read by it; new connections are refused, and the installer puts the password of the secrets file back."""
    ours = empty_cluster.conninfo(roles.DATABASE, "runtime", PASSWORDS["runtime"])
    with psycopg.connect(ours, autocommit=True) as injected:
        injected.execute("ALTER ROLE runtime PASSWORD 'theirs'")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(ours)
    roles.prepare(empty_cluster.conninfo(), PASSWORDS)
    psycopg.connect(ours).close()
