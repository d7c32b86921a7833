"""A line of the progress list is signed by a supervisor or director who is not in charge of the case, and never changes."""

from security.walls.declare import of_case
from security.walls.moments import NAMED, NOW, POST

TABLES = (of_case("cases_casereview", write="manage"),)

MOMENTS = {
    "cases_casereview": {
        "signed_at": NOW,
        "signed_by_id": POST,
        "month": NAMED,
        "next_on": NAMED,
        "corrects_id": NAMED,
    }
}

FUNCTIONS = """
-- Who signs is in the line and not in charge of the case, in whichever position; what is signed is this month or the last one, with
-- the band of this moment. A hidden case and a missing one are answered alike.
CREATE OR REPLACE FUNCTION wall.review_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  file public.cases_case;
  this_month date := date_trunc('month', wall.today())::date;
BEGIN
  IF NOT wall.signs_for_line(NEW.case_id) THEN
    RAISE EXCEPTION 'a review is signed by the line' USING ERRCODE = '23514', CONSTRAINT = 'review_by_line';
  END IF;
  SELECT c.* INTO file FROM public.cases_case c WHERE c.id = NEW.case_id;
  IF NEW.month NOT IN (this_month, (this_month - interval '1 month')::date) OR NEW.urgency <> file.urgency
     OR file.opened_at >= (NEW.month + interval '1 month') AT TIME ZONE 'Asia/Tokyo' OR NEW.next_on < wall.today() THEN
    RAISE EXCEPTION 'a review is of this month or the last one' USING ERRCODE = '23514', CONSTRAINT = 'review_of_month';
  END IF;
  IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.cases_casereview r WHERE r.id = NEW.corrects_id AND r.case_id = NEW.case_id
        AND r.month = NEW.month AND r.corrects_id IS NULL) THEN
    RAISE EXCEPTION 'a correction is of a signed line' USING ERRCODE = '23514', CONSTRAINT = 'review_corrects';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_signed BEFORE INSERT ON cases_casereview FOR EACH ROW EXECUTE FUNCTION wall.review_signed();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_casereview FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
