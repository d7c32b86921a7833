"""Search tokens. No login reads them: the room that indexes something asks and writes by functions of its own."""

from security.walls.declare import NOBODY, Policy, Table

TABLES = (
    Table(
        "security_searchtoken",
        {},
        (Policy("SELECT", using=NOBODY),),
        unrecorded="derived from fields whose changes are recorded; erased with its object",
    ),
)
