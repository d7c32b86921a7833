"""The outbox holds ids and codes only. The application has no right to it: a row is written by a trigger of its cause, so that
no raw SQL of the application calls a mail sent, holds one back or makes one up. The worker, a login of its own without an identity,
marks rows done."""

from security.walls.declare import Policy, Table

TABLES = (
    Table(
        "security_outbox",
        {"worker": "SELECT, UPDATE (done_at, attempts, next_at, parked_at)"},
        (
            Policy("SELECT", using="true", role="worker"),
            Policy("UPDATE", using="true", check="true", role="worker"),
        ),
        unrecorded="ids of things to send; what caused them is recorded",
    ),
    Table(
        "security_effect",
        {"worker": "SELECT, INSERT"},
        why_open="idempotency keys; the application has no right to it",
    ),
)
