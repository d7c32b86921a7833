"""The outbox holds ids and codes only; the application adds rows, and the worker, which is nobody, marks them done."""

from security.walls.declare import Table

TABLES = (
    Table(
        "security_outbox",
        {"runtime": "SELECT, INSERT, UPDATE"},
        why_open="ids, codes and dates of things to send",
    ),
    Table("security_effect", {"runtime": "SELECT, INSERT"}, why_open="idempotency keys"),
)
