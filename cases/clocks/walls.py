"""A clock belongs to its case. What it started from stays, and it is met or ended once."""

from security.walls.declare import of_case

TABLES = (of_case("cases_clock"),)

FUNCTIONS = """
-- Raw SQL as the application cannot put a date off, and nobody meets a clock in a colleague's name.
CREATE OR REPLACE FUNCTION wall.clock_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF session_user <> 'owner' AND (NEW.met_at, NEW.met_by_id, NEW.ended_at) IS DISTINCT FROM (NULL, NULL, NULL) THEN
      RAISE EXCEPTION 'a clock runs before it is met' USING ERRCODE = '23514', CONSTRAINT = 'clock_stays';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.case_id, NEW.kind, NEW.started_at, NEW.due_at) IS DISTINCT FROM (OLD.case_id, OLD.kind, OLD.started_at, OLD.due_at)
     OR OLD.met_at IS NOT NULL OR OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'a clock stays as it was started' USING ERRCODE = '23514', CONSTRAINT = 'clock_stays';
  END IF;
  IF NEW.met_at IS NOT NULL AND session_user <> 'owner' THEN NEW.met_by_id := wall.my_post(); END IF;
  RETURN NEW;
END $$;

-- What somebody received or recorded stands in their own name. The argument is the column.
CREATE OR REPLACE FUNCTION wall.in_my_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user <> 'owner' THEN
    NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], wall.my_post()));
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER stays BEFORE INSERT OR UPDATE ON cases_clock FOR EACH ROW EXECUTE FUNCTION wall.clock_stays();
"""
