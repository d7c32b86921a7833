"""Custody decisions belong to their case; the database signs them, and what was drafted stays."""

from agencies.staff.walls import DRAFTED
from security.walls.declare import SIGNATURE, of_case
from security.walls.moments import HAPPENED, NOW, POST, kept_by, within

TABLES = (
    of_case("cases_custodydecision", update=f"{SIGNATURE}, opinion, ended_at"),
    of_case("cases_consentanswer"),
    of_case("cases_warrantrequest"),
)

MOMENTS = {
    "cases_custodydecision": {
        **dict.fromkeys(DRAFTED, kept_by("b_start_signed")),
        "effective_at": kept_by("a_stays"),
        "ended_at": kept_by("a_stays"),
        # The next morning at the latest: until then an oral decision is confirmed in writing.
        "confirm_by": within("2 days"),
    },
    "cases_consentanswer": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_warrantrequest": {"requested_at": HAPPENED, "recorded_at": NOW, "recorded_by_id": POST},
}

FUNCTIONS = """
-- What the decider read is what was drafted. Later only the signature, its note, an opinion heard afterwards, and the end that a
-- decision of its own set may be added.
CREATE OR REPLACE FUNCTION wall.custody_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  added text[] := ARRAY['decided_by_id', 'decided_person_id', 'decided_at', 'approved', 'note', 'opinion', 'ended_at'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.ended_at IS NOT NULL OR NEW.note IS NOT NULL OR (NEW.kind = 'end' AND NOT EXISTS (
        SELECT 1 FROM public.cases_custodydecision s
        WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start' AND s.approved AND s.ended_at IS NULL)) THEN
      RAISE EXCEPTION 'custody in force is ended' USING ERRCODE = '23514', CONSTRAINT = 'custody_stays';
    END IF;
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - added) IS DISTINCT FROM (to_jsonb(OLD) - added)
     OR (OLD.opinion IS NOT NULL AND NEW.opinion IS DISTINCT FROM OLD.opinion)
     OR (OLD.decided_at IS NOT NULL AND NEW.note IS DISTINCT FROM OLD.note)
     OR (NEW.ended_at IS DISTINCT FROM OLD.ended_at AND NOT EXISTS (
        SELECT 1 FROM public.cases_custodydecision e
        WHERE e.start_id = NEW.id AND e.kind = 'end' AND e.approved AND e.effective_at = NEW.ended_at)) THEN
    RAISE EXCEPTION 'a drafted decision stays' USING ERRCODE = '23514', CONSTRAINT = 'custody_stays';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER a_stays BEFORE INSERT OR UPDATE ON cases_custodydecision
  FOR EACH ROW EXECUTE FUNCTION wall.custody_stays();
CREATE OR REPLACE TRIGGER b_start_signed BEFORE INSERT OR UPDATE ON cases_custodydecision
  FOR EACH ROW WHEN (NEW.kind = 'start') EXECUTE FUNCTION wall.sign_act('custody_start');
CREATE OR REPLACE TRIGGER b_end_signed BEFORE INSERT OR UPDATE ON cases_custodydecision
  FOR EACH ROW WHEN (NEW.kind = 'end') EXECUTE FUNCTION wall.sign_act('custody_end');
"""
