"""What PostgreSQL's own functions may do in a database of ours: set by the installer, checked at every start (ADR 14).

PostgreSQL lets a *leakproof* function look at a row before the policy does. Whether the policy was asked at all (EXPLAIN ANALYZE,
statistics, time) then tells every caller whether a hidden row matched, and a binary search reads its value. Only the equality of
ids and of tokens stays leakproof: without it PostgreSQL could use no index behind a policy.
"""

from collections.abc import Iterable

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

LEAKPROOF = ["uuid_eq", "byteaeq"]

# What every login may call in a fresh PostgreSQL and no login of ours needs, as a regular expression over names: it ends or
# watches other sessions, counts what a hidden row cost, holds locks beyond a transaction, keeps files, or fills the write log.
# A large object belongs to no table, so no policy covers it, and one that backup may not read stops every dump.
CLOSED = (
    r"^(pg_(terminate|cancel)_backend|pg_stat_(get|force|clear|have)_.*|pg_lock_status|pg_(try_)?advisory_.*"
    r"|lo_.*|lowrite|loread|pg_logical_emit_message)$"
)

FIND_LEAKPROOF = (
    "SELECT oid::regprocedure::text FROM pg_proc WHERE proleakproof AND proname <> ALL(%s) ORDER BY 1"
)
FIND_OPEN = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ %s AND has_function_privilege('public', oid, 'EXECUTE') ORDER BY 1
"""


def close_builtins(connection: psycopg.Connection) -> None:
    """Close them in the database of ``connection``, a superuser's. It changes nothing twice."""
    for name in _names(connection.execute(FIND_LEAKPROOF, [LEAKPROOF])):
        connection.execute(f"ALTER FUNCTION {name} NOT LEAKPROOF")
    for name in _names(connection.execute(FIND_OPEN, [CLOSED])):
        connection.execute(f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC")


def check_builtins_closed(using: str = "default") -> None:
    """Raise ImproperlyConfigured, one sentence, if one of them is open: as after a restore into a server not made by us."""
    with connections[using].cursor() as cursor:
        for question, values in ((FIND_LEAKPROOF, LEAKPROOF), (FIND_OPEN, CLOSED)):
            cursor.execute(question, [values])
            if found := _names(cursor.fetchall()):
                raise ImproperlyConfigured(
                    f"The database lets logins ask around the walls ({found[0]} and {len(found) - 1} more);"
                    " prepare it once as its superuser: python -m config.embedded prepare."
                )


def _names(rows: Iterable[tuple[str]]) -> list[str]:
    return [name for (name,) in rows]
