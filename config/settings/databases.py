"""The aliases of the one database: each is a login of its own with its own rights (SECURITY.md, Walls)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.postgresql.base import clean

# alias: (role, largest number of pooled connections in one process; 0 = no pool)
ALIASES = {"default": ("runtime", 16), "audit": ("scribe", 6), "gate": ("gate", 3), "owner": ("owner", 0)}
# Whoever runs jobs has one login, which reaches no case, no person and no evidence (SECURITY.md, Jobs).
WORKERS_ALIASES = {"default": ("worker", 4)}


def databases(
    place: Mapping[str, Any], passwords: Mapping[str, str], *, pools: bool = True, works: bool = False
) -> dict[str, dict[str, Any]]:
    """DATABASES for ``place`` (HOST, PORT, NAME and further OPTIONS). An alias whose password is not known is left out.

    ``works``: for a process that carries out jobs.
    """
    return {
        alias: _database(place, role, passwords[role], size if pools else 0)
        for alias, (role, size) in (WORKERS_ALIASES if works else ALIASES).items()
        if passwords.get(role)
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


def _database(place: Mapping[str, Any], role: str, password: str, pool: int) -> dict[str, Any]:
    options: dict[str, Any] = {"application_name": f"tomoshibi {role}", **place.get("OPTIONS", {})}
    if role != "owner":
        # Both or neither: planning costs as much as running, and only a statement with bound parameters is planned once.
        options |= {"server_side_binding": True, "prepare_threshold": 2}
    if pool:
        options["pool"] = pool_of(pool)
    return {
        "ENGINE": "config.postgresql",
        "HOST": place["HOST"],
        "PORT": place["PORT"],
        "NAME": place["NAME"],
        "USER": role,
        "PASSWORD": password,
        "CONN_MAX_AGE": 0,
        # The backend asks by itself whether a pooled connection lives.
        "CONN_HEALTH_CHECKS": False,
        # The wall's middleware opens the transaction, around rendering too.
        "ATOMIC_REQUESTS": False,
        "OPTIONS": options,
    }
