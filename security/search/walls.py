"""Search tokens. The room that indexes something adds the policies (``POLICIES``): tokens are seen within
their office.
"""

from security.walls.declare import NOBODY, Policy, Table

TABLES = (
    Table(
        "security_searchtoken",
        {"runtime": "SELECT, INSERT, DELETE"},
        (Policy("SELECT", using=NOBODY),),
        unrecorded="derived from fields whose changes are recorded; erased with its object",
    ),
)
