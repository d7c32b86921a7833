"""The outbox holds ids and codes only; the application adds rows, and the worker, which is nobody, marks them done."""

from security.walls.declare import Table

TABLES = (
    Table(
        "security_outbox",
        # What has to be sent stays as its cause wrote it; only how far it has come is marked.
        {"runtime": "SELECT, INSERT, UPDATE (next_at, attempts, done_at, parked_at)"},
        why_open="ids, codes and dates of things to send",
    ),
    Table("security_effect", {"runtime": "SELECT, INSERT"}, why_open="idempotency keys"),
)
