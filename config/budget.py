"""How many connections each login to the database may hold, and whether the database takes as many as all of them need.

Every login has a limit of its own, and together they fit into what the server takes: one that opens all it can, as after a
break-in into its process, leaves every other its connections.
"""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from config import server
from config.settings.databases import LOGINS
from security.walls.roles import role

QUESTION = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
  - current_setting('reserved_connections')::int
"""
LIMITS = "SELECT rolname::text, rolconnlimit FROM pg_roles WHERE rolname = ANY(%s)"


def needed() -> dict[str, int]:
    """The most connections that each login can hold at once in this installation, and some to spare."""
    found = dict(server.SPARE_CONNECTIONS)
    for kind, processes in (("web", server.WEB_PROCESSES), ("worker", server.JOB_PROCESSES)):
        for login, size in LOGINS[kind].values():
            found[login] = found.get(login, 0) + processes * size
    return {role(login): number for login, number in found.items()}


def shares(taken: int) -> dict[str, int]:
    """The limit of each login where the server takes ``taken`` connections: in proportion to what each needs, and never less."""
    need = needed()
    total = sum(need.values())
    return {login: max(number, taken * number // total) for login, number in need.items()}


def check_budget(using: str = "default") -> None:
    """Raise ImproperlyConfigured, one sentence, if the database can run out of connections. Behind PgBouncer that one counts."""
    need = needed()
    with connections[using].cursor() as cursor:
        cursor.execute(LIMITS, [list(need)])
        limits = dict(cursor.fetchall())
        cursor.execute(QUESTION)
        (has,) = cursor.fetchone()
    if getattr(settings, "TOMOSHIBI_POOLER", ""):
        need = dict.fromkeys(need, 1)
    if (total := sum(need.values())) > has:
        raise ImproperlyConfigured(
            f"{server.WEB_PROCESSES} web processes of {server.THREADS} threads and {server.JOB_PROCESSES} job processes may open "
            f"{total} connections and the database takes {has}: raise its max_connections, or put PgBouncer in between."
        )
    check_limits(need, limits)


def check_limits(need: Mapping[str, int], limits: Mapping[str, int]) -> None:
    """Raise ImproperlyConfigured for a login without a limit (-1), or with one below what it needs."""
    for login, number in need.items():
        if (limit := limits.get(login, -1)) < number:
            raise ImproperlyConfigured(
                f"The login {login} needs {number} connections and its limit is {limit} (-1: none): run python -m config.install"
                " again, with the same TOMOSHIBI_WEB_PROCESSES, TOMOSHIBI_THREADS and TOMOSHIBI_JOB_PROCESSES."
            )
