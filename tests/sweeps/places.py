"""Every place outside the application's memory where a word could have been left, collected for one search."""

import itertools
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.core.cache import caches

from config.celery import app
from config.embedded import testing
from config.embedded.accounts import binaries, choose_account
from config.embedded.postgres import PORT, SUPERUSER, Server
from config.embedded.roles import LOGINS
from security.outbox.effects import task_name
from security.outbox.models import Outbox
from security.walls import clock
from tests.broker import make_broker, relay_into
from tests.cast import as_role
from tests.conftest import superuser

# Everything PostgreSQL can be made to write down, as an operator might who looks for a fault.
TALKATIVE = {
    "log_statement": "all",
    "log_min_duration_statement": "0",
    "log_min_error_statement": "debug5",
    "log_error_verbosity": "verbose",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
}


def _server() -> Server:
    return Server(testing.server_home(), testing.PASSWORDS["postgres"])


@contextmanager
def server_log(database: str) -> Iterator[list[bytes]]:
    """Let the server write down every statement of ``database`` with its parameters; afterwards the list holds what it wrote."""
    with superuser() as connection:
        for (name, value), role in itertools.product(TALKATIVE.items(), LOGINS):
            connection.execute(f"ALTER ROLE {role} IN DATABASE {database} SET {name} = '{value}'")
    log = _server().home / "log"
    start = log.stat().st_size
    written: list[bytes] = []
    yield written
    with log.open("rb") as file:
        file.seek(start)
        written.append(file.read())


def dump(database: str) -> bytes:
    """The whole database as pg_dump writes it: tables, keys, sessions, access log, functions."""
    server = _server()
    program = binaries(choose_account(server.home)) / "pg_dump"
    command: list[str | Path] = [
        program,
        "-h",
        str(server.sockets),
        "-p",
        str(PORT),
        "-U",
        SUPERUSER,
        database,
    ]
    done = subprocess.run(
        command, env={**os.environ, "PGPASSWORD": server.password}, capture_output=True, check=True
    )
    return done.stdout


def folder(path: Path) -> bytes:
    """Names and contents of all files under ``path``."""
    return b"\n".join(
        str(file).encode() + b"\n" + file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()
    )


def work_off(broker: Path) -> bytes:
    """Hand everything that waits in the outbox to ``broker`` and let it take effect; the messages that lay there."""
    make_broker(broker)
    app.loader.import_default_modules()
    with as_role("worker"):
        moment = clock.now()
        while relay_into(broker, moment):
            pass
        for row in Outbox.objects.filter(done_at=None):
            app.tasks[task_name(row.kind)].run(str(row.pk))
    return folder(broker)


def cache_content() -> bytes:
    """What lies in the caches of this process."""
    held = [pair for name in settings.CACHES for pair in getattr(caches[name], "_cache", {}).items()]
    return b"\n".join(str(key).encode() + b" " + bytes(value) for key, value in held)


def mailbox() -> bytes:
    """Every mail sent, with its headers."""
    return b"\n".join(message.message().as_bytes() for message in getattr(mail, "outbox", []))
