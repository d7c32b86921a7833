"""Offices and sections: every person signed in reads them, administrators write them."""

from agencies.directory.models import Office
from security.walls.declare import SIGNED_IN, Policy, Table

ADMINISTRATOR = "(SELECT wall.my_role()) = 'administrator'"
READ_WRITE = (
    Policy("SELECT", using=SIGNED_IN),
    Policy("INSERT", check=ADMINISTRATOR),
    Policy("UPDATE", using=ADMINISTRATOR, check=ADMINISTRATOR),
)
GATE_READS = Policy("SELECT", using="true", role="gate")
RULES = ", ".join(Office.RULES)

TABLES = (
    Table(
        "agencies_office",
        {"runtime": f"SELECT, INSERT, UPDATE (name, telephone, address, active, {RULES})", "gate": "SELECT"},
        (*READ_WRITE, GATE_READS),
    ),
    Table(
        "agencies_section",
        {"runtime": "SELECT, INSERT, UPDATE (name)", "gate": "SELECT"},
        (*READ_WRITE, GATE_READS),
    ),
)

FUNCTIONS = """
-- What an office may see and be sent depends on its kind (wall.ceiling) and, at the police, on its desk; its code is part of its
-- case numbers: none of them may change. A school that an administrator's SQL called a police office would be given what only the
-- police may see.
CREATE OR REPLACE FUNCTION wall.office_keeps_kind() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND (NEW.id, NEW.kind, NEW.police_desk, NEW.code)
     IS DISTINCT FROM (OLD.id, OLD.kind, OLD.police_desk, OLD.code) THEN
    RAISE EXCEPTION 'the kind of an office cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'office_keeps_kind';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER keeps_kind BEFORE UPDATE ON agencies_office
  FOR EACH ROW EXECUTE FUNCTION wall.office_keeps_kind();
"""
