"""The identity a database transaction runs under: derived from the raw session key, set for that transaction only."""

import hashlib
import hmac
from datetime import timedelta
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections


def wall_token(session_key: str) -> str:
    """The token the database compares with: HMAC-SHA256 of the raw session key under the application's secret, in hex.

    An attacker who reads every table still lacks both the raw key (it lives in the cookie alone) and the secret.
    """
    secret = hashlib.sha256(b"tomoshibi wall token" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(secret, session_key.encode(), hashlib.sha256).hexdigest()


def set_identity(session_key: str | None, using: str = "default") -> None:
    """Name the acting session for the transaction open on ``using``; None means no identity."""
    _set(using, session=wall_token(session_key) if session_key else "")


def set_request(session_key: str | None, request: UUID, address: str | None) -> None:
    """The same, and what the record of changes says of this transaction: the request's number, and where it came from."""
    token = wall_token(session_key) if session_key else ""
    _set("default", session=token, request=str(request), address=address or "")


def _set(using: str, **settings: str) -> None:
    """Settings of the transaction. They travel as server-side parameters: as a literal every session of the application could
    read the token in pg_stat_activity.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError(
            "an identity is set inside a transaction only: outside it would stay on a pooled connection"
        )
    connection.ensure_connection()
    asked = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    values = [part for name, value in settings.items() for part in (f"tomoshibi.{name}", value)]
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(f"SELECT {asked}", values)


def mint_identity(
    session_key: str,
    staff_id: UUID,
    position_id: UUID | None,
    client: str,
    using: str = "gate",
    *,
    absolute: timedelta | None = None,
) -> None:
    """Make ``session_key`` act as this person in this position. Only the gate connection (or the owner's seeder) may.

    It ends after ``absolute`` at the latest (None: the configured limit).
    """
    token = hashlib.sha256(wall_token(session_key).encode()).digest()
    connection = connections[using]
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "SELECT wall.mint(%s, %s, %s, %s, %s, %s)",
            (
                token,
                staff_id,
                position_id,
                settings.TOMOSHIBI_IDLE,
                absolute or settings.TOMOSHIBI_ABSOLUTE,
                client,
            ),
        )
