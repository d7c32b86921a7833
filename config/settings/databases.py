"""The aliases of the one database: each is a login of its own with its own rights."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.postgresql.base import clean
from config.server import THREADS
from security.walls.roles import role

# Kind of process (TOMOSHIBI_PROCESS): alias: (role, largest number of pooled connections; 0 = no pool).
# A thread holds one connection of each alias at most; one more is there while the last one is taken back.
LOGINS: dict[str, dict[str, tuple[str, int]]] = {
    "web": {"default": ("runtime", THREADS + 1), "audit": ("scribe", THREADS + 1), "gate": ("gate", 2)},
    # The processes that run jobs have one login, which reaches no case, no person and no access log (ADR 10).
    "worker": {"default": ("worker", 2)},
    # Migrations and the first administrator: never a process that listens on a port.
    "owner": {"default": ("owner", 0), "owner": ("owner", 0)},
}
# A hung statement or an abandoned transaction must not hold a pooled connection forever.
LIMITS = {"statement_timeout": "30s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}
# The demo and the tests: fictional people, so one process may do everything.
EVERYTHING = LOGINS["web"] | {"owner": ("owner", 0)}


# A login may change the defaults of its own role (ALTER ROLE … SET), and PostgreSQL has no right to take that away: one injected
# statement would hold for every later connection. What a connection names at its start goes first, and RESET ALL returns to it.
PINNED = {
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "search_path": '"$user", public',
    "row_security": "on",
    "synchronous_commit": "on",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
    # These would write what people typed into the server's log.
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
} | LIMITS


def databases(
    place: Mapping[str, Any],
    passwords: Mapping[str, str],
    logins: Mapping[str, tuple[str, int]] = EVERYTHING,
    *,
    pools: bool = True,
    prepares: bool = True,
) -> dict[str, dict[str, Any]]:
    """DATABASES for ``place`` (HOST, PORT, NAME and further OPTIONS). An alias whose password is not known is left out.

    ``prepares``: False where PgBouncer shares the database's sessions between processes.
    """
    return {
        alias: _database(place, login, passwords[login], size if pools else 0, prepares)
        for alias, (login, size) in logins.items()
        if passwords.get(login)
    }


def place_from_url(url: str) -> dict[str, Any]:
    """HOST, PORT, NAME and OPTIONS of ``postgresql://host:port/name?sslmode=…``. A user or password in it is refused.

    Raises ValueError with one sentence.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ValueError("DATABASE_URL must look like postgresql://host:5432/tomoshibi.")
    if parts.username or parts.password:
        raise ValueError(
            "DATABASE_URL names no user and no password: each role has its own, in the secrets file."
        )
    return {
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or 5432),
        "NAME": unquote(parts.path.strip("/")),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def pool_of(size: int, wait: float = 3) -> dict[str, Any]:
    """Options of a pool of at most ``size`` connections. None free or made within ``wait`` seconds: the page says 503 and the
    next request tries again."""
    return {
        "min_size": 0,
        "max_size": size,
        "timeout": wait,
        "max_idle": 120,
        "reconnect_timeout": 5,
        "reset": clean,
    }


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _database(
    place: Mapping[str, Any], login: str, password: str, pool: int, prepares: bool
) -> dict[str, Any]:
    options: dict[str, Any] = {"application_name": f"tomoshibi {login}", **place.get("OPTIONS", {})}
    if (
        login != "owner" and prepares
    ):  # PgBouncer takes no such options: there the check at the start is all there is
        options["options"] = " ".join(f"-c {name}={_escaped(value)}" for name, value in PINNED.items())
    if login != "owner":
        # Both or neither: planning costs as much as running, and only a statement with bound parameters is planned once.
        options |= {"server_side_binding": True, "prepare_threshold": 2 if prepares else None}
    if pool:
        options["pool"] = pool_of(pool)
    return {
        "ENGINE": "config.postgresql",
        "HOST": place["HOST"],
        "PORT": place["PORT"],
        "NAME": place["NAME"],
        "USER": role(login),
        "PASSWORD": password,
        "CONN_MAX_AGE": 0,
        # The backend asks by itself whether a pooled connection lives.
        "CONN_HEALTH_CHECKS": False,
        # The wall's middleware opens the transaction, around rendering too.
        "ATOMIC_REQUESTS": False,
        "OPTIONS": options,
    }
