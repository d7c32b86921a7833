"""Agreements: the two offices and administrators read them, administrators write them."""

from agencies.directory.walls import ADMINISTRATOR
from security.walls.declare import Policy, Table

PARTIES = (
    f"{ADMINISTRATOR} OR sender_id = (SELECT wall.my_office()) OR recipient_id = (SELECT wall.my_office())"
)

TABLES = (
    Table(
        "agencies_sharingagreement",
        {"runtime": "SELECT, INSERT, UPDATE"},
        (
            Policy("SELECT", using=PARTIES),
            Policy("INSERT", check=ADMINISTRATOR),
            Policy("UPDATE", using=ADMINISTRATOR, check=ADMINISTRATOR),
        ),
    ),
)
