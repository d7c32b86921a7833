"""A caution belongs to its case; what was written never changes, and that and why it was lifted is written once."""

from security.walls.declare import of_case
from security.walls.moments import NOW, ONCE, POST, by

TABLES = (of_case("cases_caution", update="ended_at, ended_by_id, why"),)

MOMENTS = {
    "cases_caution": {
        "recorded_at": NOW,
        "recorded_by_id": POST,
        "ended_at": ONCE,
        "ended_by_id": by("ended_at"),
    },
}

FUNCTIONS = """
-- A caution comes in force. Its reason is written once, together with the moment at which it is lifted, and never without one.
CREATE OR REPLACE FUNCTION wall.caution_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (TG_OP = 'INSERT' AND NEW.ended_at IS NOT NULL) OR (NEW.ended_at IS NULL) <> (NEW.why IS NULL)
     OR (TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL AND NEW.why IS DISTINCT FROM OLD.why) THEN
    RAISE EXCEPTION 'a caution is lifted once, with its reason' USING ERRCODE = '23514', CONSTRAINT = 'caution_stays';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON cases_caution FOR EACH ROW EXECUTE FUNCTION wall.caution_stays();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_caution FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
