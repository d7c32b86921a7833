"""Offices and sections: everybody signed in reads them, administrators write them."""

from security.walls.declare import Policy, Table

SIGNED_IN = "(SELECT wall.my_staff()) IS NOT NULL"
ADMINISTRATOR = "(SELECT wall.my_role()) = 'administrator'"
READ_WRITE = (
    Policy("SELECT", using=SIGNED_IN),
    Policy("INSERT", check=ADMINISTRATOR),
    Policy("UPDATE", using=ADMINISTRATOR, check=ADMINISTRATOR),
)
GATE_READS = Policy("SELECT", using="true", role="gate")

TABLES = (
    Table(
        "agencies_office", {"runtime": "SELECT, INSERT, UPDATE", "gate": "SELECT"}, (*READ_WRITE, GATE_READS)
    ),
    Table(
        "agencies_section", {"runtime": "SELECT, INSERT, UPDATE", "gate": "SELECT"}, (*READ_WRITE, GATE_READS)
    ),
)
