"""What sign-in needs before anybody is known: sessions by the hash of their key, and tries to sign in, which only the gate asks."""

from security.walls.declare import Policy, Table

OWN = "staff_id = (SELECT wall.my_staff())"

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
    Table(
        "security_sentform",
        {"runtime": "SELECT, INSERT, UPDATE (led_to), DELETE", "worker": "SELECT, DELETE"},
        (
            Policy("SELECT", using=OWN),
            Policy("INSERT", check=OWN),
            Policy("UPDATE", using=OWN, check=OWN),
            Policy("DELETE", using=OWN),
            Policy("SELECT", using="true", role="worker"),
            Policy("DELETE", using="true", role="worker"),
        ),
        unrecorded="a keyed hash and a path: what the form did is recorded by itself",
    ),
    Table(
        "security_signintry",
        {"gate": "SELECT, INSERT, UPDATE", "worker": "SELECT, DELETE"},
        why_open="keyed hashes and times, and nobody is known yet when the gate asks; closed to the application",
    ),
)
