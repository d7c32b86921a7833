"""A print belongs to its case: whoever reads the case may print it. The database numbers it, and it stays as it was."""

from security.walls.declare import NO_ROW, Policy, Recorded, Table, of_case
from security.walls.moments import NOW, ONCE, POST

TABLES = (
    of_case(
        "cases_print",
        write="view",
        update="issued_at",
        recorded=Recorded("case_id", key_kind="case", key_owner="case_id", hashed=("content",)),
    ),
    Table(
        "cases_documentnumber",
        {},
        # Counted by the trigger below alone: whoever could write it could leave a gap.
        (Policy("SELECT", using=NO_ROW),),
        unrecorded="a counter",
    ),
)

MOMENTS = {"cases_print": {"printed_at": NOW, "printed_by_id": POST, "issued_at": ONCE}}

FUNCTIONS = """
-- The number of a document: the next of the case's office in this fiscal year (April to March). The counter's row is locked until
-- the transaction ends: what is rolled back gives its number back, and whoever prints at the same time waits for it.
CREATE OR REPLACE FUNCTION wall.number_print() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT c.office_id INTO NEW.office_id FROM public.cases_case c WHERE c.id = NEW.case_id;
  NEW.fiscal_year := extract(year FROM wall.today() - interval '3 months');
  INSERT INTO public.cases_documentnumber AS n (office_id, fiscal_year, last) VALUES (NEW.office_id, NEW.fiscal_year, 1)
  ON CONFLICT (office_id, fiscal_year) DO UPDATE SET last = n.last + 1 RETURNING n.last INTO NEW.number;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_numbers BEFORE INSERT ON cases_print FOR EACH ROW EXECUTE FUNCTION wall.number_print();
"""
