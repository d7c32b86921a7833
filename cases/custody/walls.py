"""Custody decisions belong to their case; the database signs them, and a decided one does not change."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.declare import of_case
from security.walls.moments import HAPPENED, NOW, POST, kept_by, within

TABLES = (
    act_table(
        "cases_custodydecision",
        content="effective_at, reason, place, place_withheld, heard, opinion, heard_why, purpose, grounds, place_kind, consent,"
        " expected_until, stay_after, start_id",
        later="ended_at",
    ),
    of_case("cases_consentanswer"),
    of_case("cases_warrantrequest"),
)

MOMENTS = {
    "cases_custodydecision": {
        **act_moments("b_custody_start_signed"),
        "effective_at": kept_by("a_stays"),
        "ended_at": kept_by("a_stays"),
        # The next morning at the latest: until then an oral decision is confirmed in writing.
        "confirm_by": within("2 days"),
    },
    "cases_consentanswer": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_warrantrequest": {"requested_at": HAPPENED, "recorded_at": NOW, "recorded_by_id": POST},
}

FUNCTIONS = """
-- An opinion heard afterwards is added once, and the end is the one that a decision of its own set. What was decided orally has
-- happened: it is not changed while it waits for its confirmation.
CREATE OR REPLACE FUNCTION wall.custody_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  added text[] := ARRAY['decided_by_id', 'decided_person_id', 'decided_at', 'approved', 'refused', 'note', 'opinion', 'ended_at'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.ended_at IS NOT NULL OR (NEW.kind = 'end' AND NOT EXISTS (
        SELECT 1 FROM public.cases_custodydecision s
        WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start' AND s.approved AND s.ended_at IS NULL)) THEN
      RAISE EXCEPTION 'only custody that is in force can be ended' USING ERRCODE = '23514', CONSTRAINT = 'custody_stays';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.is_oral AND (to_jsonb(NEW) - added) IS DISTINCT FROM (to_jsonb(OLD) - added))
     OR (OLD.opinion IS NOT NULL AND NEW.opinion IS DISTINCT FROM OLD.opinion AND (OLD.is_oral OR OLD.decided_at IS NOT NULL))
     OR (NEW.ended_at IS DISTINCT FROM OLD.ended_at AND NOT EXISTS (
        SELECT 1 FROM public.cases_custodydecision e
        WHERE e.start_id = NEW.id AND e.kind = 'end' AND e.approved AND e.effective_at = NEW.ended_at)) THEN
    RAISE EXCEPTION 'a drafted decision cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'custody_stays';
  END IF;
  RETURN NEW;
END $$;
"""

_ACTS = {"NEW.kind = 'start'": "custody_start", "NEW.kind = 'end'": "custody_end"}
TRIGGERS = (
    act_triggers("cases_custodydecision", _ACTS, later=("opinion", "ended_at"))
    + """
CREATE OR REPLACE TRIGGER a_stays BEFORE INSERT OR UPDATE ON cases_custodydecision
  FOR EACH ROW EXECUTE FUNCTION wall.custody_stays();
"""
)
