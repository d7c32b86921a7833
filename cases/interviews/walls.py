"""The register is written and never changed; a child that was asked is asked again only by decision, or with the reasons kept."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.declare import of_case
from security.walls.moments import HAPPENED, NAMED, NOW, POST, kept_by

TABLES = (
    act_table("cases_secondinterview", content="cannot_serve, wanted_by, only_child, harm"),
    of_case("cases_interview"),
)

MOMENTS = {
    "cases_secondinterview": act_moments("b_second_interview_signed"),
    "cases_interview": {
        "began_at": HAPPENED,
        "ended_at": NAMED,
        "recorded_at": NOW,
        "recorded_by_id": POST,
        "allowed_by_id": kept_by("asked_once"),
    },
}

FUNCTIONS = """
-- Of the interviews on the facts of a case the first needs nothing. A further one names an approved decision of the same case that no
-- other used, or says that there was none. Two that come at once wait for each other. A correction of one rests on what that rests on.
CREATE OR REPLACE FUNCTION wall.asked_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  corrected public.cases_interview;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  PERFORM 1 FROM public.cases_case c WHERE c.id = NEW.case_id FOR NO KEY UPDATE;
  IF NEW.corrects_id IS NOT NULL THEN
    SELECT * INTO corrected FROM public.cases_interview i WHERE i.id = NEW.corrects_id AND i.case_id = NEW.case_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a correction of another case' USING ERRCODE = '23514', CONSTRAINT = 'interview_of_case';
    END IF;
  END IF;
  IF NEW.allowed_by_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.cases_secondinterview s
      WHERE s.id = NEW.allowed_by_id AND s.case_id = NEW.case_id AND s.approved) THEN
    RAISE EXCEPTION 'no such decision' USING ERRCODE = '23514', CONSTRAINT = 'asked_once';
  END IF;
  IF coalesce(corrected.on_facts, false) THEN
    IF NEW.allowed_by_id IS NOT NULL OR NEW.unallowed < corrected.unallowed THEN
      RAISE EXCEPTION 'a correction rests on what it corrects' USING ERRCODE = '23514', CONSTRAINT = 'asked_once';
    END IF;
  ELSIF NEW.on_facts AND NEW.allowed_by_id IS NULL AND NOT NEW.unallowed AND EXISTS (
      SELECT 1 FROM public.cases_interview i
      WHERE i.case_id = NEW.case_id AND i.on_facts AND i.id IS DISTINCT FROM NEW.corrects_id
        AND NOT EXISTS (SELECT 1 FROM public.cases_interview c WHERE c.corrects_id = i.id)) THEN
    RAISE EXCEPTION 'a child is asked again by decision' USING ERRCODE = '23514', CONSTRAINT = 'asked_once';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    act_triggers("cases_secondinterview", {"": "second_interview"}, by_line=True)
    + """
CREATE OR REPLACE TRIGGER asked_once BEFORE INSERT ON cases_interview FOR EACH ROW EXECUTE FUNCTION wall.asked_once();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_interview FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_secondinterview FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
