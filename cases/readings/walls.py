"""Every receipt waits to be read; a supervisor or director who neither took it nor is in charge of the case signs it once."""

from security.walls.declare import HOLDS_CASES, Policy, Recorded, Table, mine
from security.walls.moments import ONCE, by
from security.walls.pages import PLACE, page_function

SEEN, SIGNS = mine("case_id", "view"), mine("case_id", "manage")
# Nobody inserts: the trigger of the notification makes the rows.
TABLES = (
    Table(
        "cases_receiptreading",
        {"runtime": "SELECT, UPDATE (read_at, read_by_id, note)"},
        (Policy("SELECT", using=SEEN), Policy("UPDATE", using=SIGNS, check=SIGNS)),
        recorded=Recorded("case_id", key_kind="case", key_owner="case_id"),
        gate=HOLDS_CASES,
    ),
)

MOMENTS = {"cases_receiptreading": {"read_at": ONCE, "read_by_id": by("read_at")}}

FUNCTIONS = (
    page_function(
        "readings_page",
        "",
        "cases_receiptreading",
        "read_at",
        f"t.read_at IS NOT NULL AND {mine('t.case_id', 'manage')}",
    )
    + """
-- Every receipt waits to be read, however it came.
CREATE OR REPLACE FUNCTION wall.receipt_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.cases_receiptreading (id, case_id, notification_id) VALUES (gen_random_uuid(), NEW.case_id, NEW.id);
  RETURN NULL;
END $$;

-- A receipt is signed by the line: by nobody who is in charge of the case, in whichever position, and not by the person who took it.
CREATE OR REPLACE FUNCTION wall.reading_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.read_at IS NOT NULL OR NEW.read_at IS NULL OR (NEW.id, NEW.case_id, NEW.notification_id)
     IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.notification_id) THEN
    RAISE EXCEPTION 'a receipt is signed once' USING ERRCODE = '23514', CONSTRAINT = 'reading_once';
  END IF;
  IF NOT wall.is_seeder() AND (NOT wall.signs_for_line(NEW.case_id)
     OR EXISTS (SELECT 1 FROM public.cases_notification n JOIN public.agencies_position p ON p.id = n.received_by_id
                WHERE n.id = NEW.notification_id AND p.staff_id = wall.my_staff())) THEN
    RAISE EXCEPTION 'a receipt is signed by the line' USING ERRCODE = '23514', CONSTRAINT = 'reading_by_line';
  END IF;
  RETURN NEW;
END $$;
"""
)

CALLERS = {"runtime": (f"readings_page({PLACE})",)}

TRIGGERS = """
CREATE OR REPLACE TRIGGER waits_to_be_read AFTER INSERT ON cases_notification
  FOR EACH ROW EXECUTE FUNCTION wall.receipt_waits();
CREATE OR REPLACE TRIGGER b_signed BEFORE UPDATE ON cases_receiptreading FOR EACH ROW EXECUTE FUNCTION wall.reading_signed();
"""
