"""The track of a case decides which law it is under: nobody changes it alone."""

from cases.decisions.walls import act_moments, act_table, act_triggers

TABLES = (act_table("cases_trackchange", content="to_track, reason"),)

MOMENTS = {"cases_trackchange": act_moments("b_track_change_signed")}

FUNCTIONS = """
-- A track changes by a decision that is approved in this transaction (wall.clock() is constant within one). In reception one person
-- alone turns a case to abuse: that is the stricter law, and a child waits.
CREATE OR REPLACE FUNCTION wall.track_takes_two() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NEW.track = OLD.track OR (OLD.stage = 'reception' AND NEW.track = 'abuse') THEN RETURN NEW; END IF;
  IF NOT EXISTS (SELECT 1 FROM public.cases_trackchange d
                 WHERE d.case_id = NEW.id AND d.to_track = NEW.track AND d.approved AND d.decided_at = wall.clock()) THEN
    RAISE EXCEPTION 'the track is changed by a decision' USING ERRCODE = '23514', CONSTRAINT = 'track_takes_two';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    act_triggers("cases_trackchange", {"": "track_change"}, by_line=True)
    + """
CREATE OR REPLACE TRIGGER track_takes_two BEFORE UPDATE OF track ON cases_case
  FOR EACH ROW EXECUTE FUNCTION wall.track_takes_two();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_trackchange
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
