"""The outbox holds ids and codes only. The application adds rows that are to be sent, and can do nothing else with them: no
raw SQL of its calls a mail sent, or holds one back. The worker, a login of its own that is nobody, marks them done."""

from security.walls.declare import Policy, Table

NEW = "done_at IS NULL AND parked_at IS NULL AND attempts = 0 AND next_at <= wall.clock() + interval '1 hour'"

TABLES = (
    Table(
        "security_outbox",
        {"runtime": "INSERT", "worker": "SELECT, INSERT, UPDATE"},
        (
            Policy("INSERT", check=NEW),
            Policy("SELECT", using="true", role="worker"),
            Policy("INSERT", check="true", role="worker"),
            Policy("UPDATE", using="true", check="true", role="worker"),
        ),
    ),
    Table(
        "security_effect",
        {"worker": "SELECT, INSERT"},
        why_open="idempotency keys; the application has no right to it",
    ),
)
