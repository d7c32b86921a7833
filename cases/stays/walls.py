"""A change of place lies within its custody, and the moves of one custody follow each other."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.moments import kept_by

TABLES = (
    act_table(
        "cases_placechange",
        content="start_id, moved_at, place_kind, place, place_withheld, reason, told, told_at, words, said_by, said_at",
    ),
)

MOMENTS = {
    "cases_placechange": {**act_moments("b_custody_place_signed"), "moved_at": kept_by("c_within_custody")},
}

FUNCTIONS = """
-- The child is moved within the custody of the same case, after the move that was approved before, and not in the future. The start
-- is held meanwhile, so that an end which comes at once is seen.
CREATE OR REPLACE FUNCTION wall.moved_within_custody() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  begun public.cases_custodydecision;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND NEW.moved_at = OLD.moved_at AND NEW.start_id = OLD.start_id AND NEW.approved IS NOT TRUE THEN
    RETURN NEW;  -- a return, or a draft that is taken back after custody has ended
  END IF;
  SELECT s.* INTO begun FROM public.cases_custodydecision s
  WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start'
    AND wall.custody_in_effect(s) FOR SHARE;
  IF begun.id IS NULL OR NEW.moved_at < begun.effective_at OR NEW.moved_at >= coalesce(begun.ended_at, 'infinity')
     OR NEW.moved_at > wall.clock() + interval '10 minutes'
     OR EXISTS (SELECT 1 FROM public.cases_placechange o WHERE o.start_id = NEW.start_id AND o.approved AND o.id <> NEW.id
                AND o.moved_at >= NEW.moved_at) THEN
    RAISE EXCEPTION 'a child is moved within custody' USING ERRCODE = '23514', CONSTRAINT = 'moved_within_custody';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    act_triggers("cases_placechange", {"": "custody_place"})
    + """
CREATE OR REPLACE TRIGGER c_within_custody BEFORE INSERT OR UPDATE ON cases_placechange
  FOR EACH ROW EXECUTE FUNCTION wall.moved_within_custody();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_placechange FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
