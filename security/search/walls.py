"""Search tokens. No login reads them: the room that indexes something asks and writes by functions of its own."""

from security.walls.declare import NO_ROW, Policy, Table

TABLES = (
    Table(
        "security_searchtoken",
        {},
        (Policy("SELECT", using=NO_ROW),),
        unrecorded="derived from fields whose changes are recorded; erased with its object",
    ),
    Table(
        "security_searchcount",
        {},
        (Policy("SELECT", using=NO_ROW),),
        unrecorded="a counter of rows that are derived",
    ),
    Table(
        "security_searchplan",
        {},
        (Policy("SELECT", using=NO_ROW),),
        unrecorded="how tokens are cut; each plan is a row, and manage.py plan_search alone writes them",
    ),
)
