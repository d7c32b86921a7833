"""The session table is open to the application: its keys are hashes and its content is signed."""

from security.walls.declare import Table

TABLES = (
    Table(
        "security_session",
        {
            "runtime": "SELECT, INSERT, UPDATE, DELETE",
            "gate": "SELECT, INSERT, UPDATE, DELETE",
            "worker": "SELECT, DELETE",
        },
        why_open="keys are stored as hashes, content is signed, and the wall never reads it",
    ),
)
