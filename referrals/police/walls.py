"""Police contacts belong to the case; whoever reads the case may write one, also after it is closed. What is written stays.

It is marked as seen once, by a supervisor or director of its line who did not record it.
"""

from security.walls.declare import of_case
from security.walls.moments import kept_by

TABLES = (of_case("referrals_policecontact", write="view", update="seen_at, seen_by_id"),)

MOMENTS = {
    "referrals_policecontact": dict.fromkeys(
        ("recorded_at", "recorded_by_id", "seen_at", "seen_by_id"), kept_by("stays")
    ),
}

FUNCTIONS = """
CREATE OR REPLACE FUNCTION wall.contact_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  may_change text[] := ARRAY['seen_at', 'seen_by_id'];
BEGIN
  IF session_user = 'owner' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.recorded_at := wall.clock();
    NEW.recorded_by_id := wall.my_post();
    NEW.seen_at := NULL;
    NEW.seen_by_id := NULL;
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - may_change IS DISTINCT FROM to_jsonb(OLD) - may_change OR OLD.seen_at IS NOT NULL
     OR NEW.case_id NOT IN (SELECT wall.my_cases('manage'))
     OR coalesce(wall.my_role(), '') NOT IN ('supervisor', 'director')
     OR EXISTS (SELECT 1 FROM public.agencies_post p WHERE p.id = OLD.recorded_by_id AND p.staff_id = wall.my_staff()) THEN
    RAISE EXCEPTION 'a police contact stays as written' USING ERRCODE = '23514', CONSTRAINT = 'contact_stays';
  END IF;
  NEW.seen_at := wall.clock();
  NEW.seen_by_id := wall.my_post();
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER stays BEFORE INSERT OR UPDATE ON referrals_policecontact
  FOR EACH ROW EXECUTE FUNCTION wall.contact_stays();
"""
