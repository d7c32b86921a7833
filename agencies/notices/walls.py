"""The inbox: a post reads its own notices; whoever is signed in may leave one with its cause."""

from agencies.directory.walls import SIGNED_IN
from security.walls.declare import Policy, Table

OWN = "post_id = (SELECT wall.my_post())"

TABLES = (
    Table(
        "agencies_notice",
        {"runtime": "SELECT, INSERT, UPDATE"},
        (Policy("SELECT", using=OWN), Policy("INSERT", check=SIGNED_IN), Policy("UPDATE", using=OWN, check=OWN)),
    ),
)
