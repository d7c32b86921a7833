"""Agreements: the two offices and administrators read them, administrators draft them, directors of the two decide."""

from agencies.directory.walls import ADMINISTRATOR
from security.walls.declare import DECIDED, Policy, Table

PARTIES = "(sender_id = (SELECT wall.my_office()) OR recipient_id = (SELECT wall.my_office()))"
DIRECTOR = f"(SELECT wall.my_role()) = 'director' AND {PARTIES}"

TABLES = (
    Table(
        "agencies_sharingagreement",
        {"runtime": f"SELECT, INSERT, UPDATE (ends_on, {DECIDED})"},
        (
            Policy("SELECT", using=f"{ADMINISTRATOR} OR {PARTIES}"),
            Policy("INSERT", check=ADMINISTRATOR),
            Policy("UPDATE", using=DIRECTOR, check=DIRECTOR),
        ),
    ),
)
