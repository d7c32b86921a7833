"""Whether the database takes as many connections as all processes of this installation may open."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from config import server
from config.settings.databases import LOGINS

QUESTION = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
  - current_setting('reserved_connections')::int
"""


def connections_needed() -> int:
    """The most that web, worker and beat can hold at once, and some to spare."""
    per_web, per_job = (sum(size for _role, size in LOGINS[kind].values()) for kind in ("web", "worker"))
    return server.WEB_PROCESSES * per_web + server.JOB_PROCESSES * per_job + server.SPARE_CONNECTIONS


def check_budget(using: str = "default") -> None:
    """Raise ImproperlyConfigured, one sentence, if the database can run out of connections. Behind PgBouncer that one counts."""
    if getattr(settings, "TOMOSHIBI_POOLER", ""):
        return
    with connections[using].cursor() as cursor:
        cursor.execute(QUESTION)
        (has,) = cursor.fetchone()
    if (needed := connections_needed()) > has:
        raise ImproperlyConfigured(
            f"{server.WEB_PROCESSES} web processes of {server.THREADS} threads and {server.JOB_PROCESSES} job processes may open "
            f"{needed} connections and the database takes {has}: raise its max_connections, or put PgBouncer in between."
        )
