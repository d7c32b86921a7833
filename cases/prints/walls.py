"""A print belongs to its case: whoever reads the case may print it. The database numbers it, and it stays as it was.

The print of a sheet of an office is a row of the office without a word; what it has of a case belongs to that case.
"""

from security.walls.declare import NO_ROW, Policy, Recorded, Table, of_case
from security.walls.moments import NOW, ONCE, POST

OWN_OFFICE = "office_id = (SELECT wall.my_office()) AND (SELECT wall.my_office_kind()) = 'cgc'"

TABLES = (
    of_case(
        "cases_print",
        write="view",
        update="issued_at",
        recorded=Recorded("case_id", key_kind="case", key_owner="case_id", hashed=("content",)),
    ),
    Table(
        "cases_sheetprint",
        {"runtime": "SELECT, INSERT, UPDATE (issued_at)"},
        (
            Policy("SELECT", using=OWN_OFFICE),
            Policy("INSERT", check=OWN_OFFICE),
            Policy("UPDATE", using=OWN_OFFICE, check=OWN_OFFICE),
        ),
    ),
    of_case(
        "cases_sheetpart",
        write="view",
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

PRINTED = {"printed_at": NOW, "printed_by_id": POST, "issued_at": ONCE}
MOMENTS = {"cases_print": PRINTED, "cases_sheetprint": PRINTED}

FUNCTIONS = """
-- The number of a document: the next of the case's office in this fiscal year (April to March). The counter's row is locked until
-- the transaction ends: what is rolled back gives its number back, and whoever prints at the same time waits for it.
CREATE OR REPLACE FUNCTION wall.number_print() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The policy refuses, and says no word on whether there is such a case.
  IF TG_TABLE_NAME = 'cases_print' AND NOT wall.is_seeder() AND NOT wall.holds_on((to_jsonb(NEW) ->> 'case_id')::uuid, 'view') THEN
    RETURN NEW;
  END IF;
  IF TG_TABLE_NAME = 'cases_print' THEN  -- a sheet of an office is that of the person who prints it, by its policy
    SELECT c.office_id INTO NEW.office_id FROM public.cases_case c WHERE c.id = (to_jsonb(NEW) ->> 'case_id')::uuid;
  ELSIF NOT wall.is_seeder() THEN
    NEW.office_id := wall.my_office();
  END IF;
  NEW.fiscal_year := extract(year FROM wall.today() - interval '3 months');
  INSERT INTO public.cases_documentnumber AS n (office_id, fiscal_year, last) VALUES (NEW.office_id, NEW.fiscal_year, 1)
  ON CONFLICT (office_id, fiscal_year) DO UPDATE SET last = n.last + 1 RETURNING n.last INTO NEW.number;
  RETURN NEW;
END $$;

-- What a sheet has of a case is written by who prints it, in the transaction of the print, before it is shown: later nothing comes
-- to a sheet that has its number. A case of another office is on none.
CREATE OR REPLACE FUNCTION wall.part_of_print() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'view') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (
      SELECT 1 FROM public.cases_sheetprint s JOIN public.cases_case c ON c.id = NEW.case_id AND c.office_id = s.office_id
      WHERE s.id = NEW.sheet_id AND (wall.is_seeder() OR (
        s.printed_by_id = wall.my_position() AND s.printed_at >= wall.begun() AND s.issued_at IS NULL))) THEN
    RAISE EXCEPTION 'a part is written with its print' USING ERRCODE = '23514', CONSTRAINT = 'part_of_print';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_numbers BEFORE INSERT ON cases_print FOR EACH ROW EXECUTE FUNCTION wall.number_print();
CREATE OR REPLACE TRIGGER b_numbers BEFORE INSERT ON cases_sheetprint FOR EACH ROW EXECUTE FUNCTION wall.number_print();
CREATE OR REPLACE TRIGGER b_with_print BEFORE INSERT ON cases_sheetpart FOR EACH ROW EXECUTE FUNCTION wall.part_of_print();
"""
