"""Search tokens. No login reads them: the room that indexes something asks and writes by functions of its own."""

from security.walls.declare import NO_ROW, Policy, Table

TABLES = (
    Table(
        "security_searchtoken",
        {},
        (Policy("SELECT", using=NO_ROW),),
        unrecorded="derived from fields whose changes are recorded; erased with its object",
    ),
)
