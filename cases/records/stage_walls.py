"""The stage of a case changes by a row that says who, when and from which day on; a correction is a supervisor's.

What gives a row its right is asked by the room that decides it: ``cases.conferences`` of every stage of a center's case but the
closing, which is asked by ``cases.closing``."""

from cases.records.codes import Stage
from cases.records.rules import CORRECTABLE, STAGES
from security.walls.declare import of_case
from security.walls.moments import NAMED, NOW, POST

FOLLOW = ", ".join(f"('{was}', '{stage}')" for was, following in STAGES.items() for stage in following)
"""Every change that is no correction, as pairs."""
CORRECTED = ", ".join(f"'{stage}'" for stage in sorted(CORRECTABLE))
"""From and to which stages a supervisor corrects."""

TABLES = (of_case("cases_stagemove"),)

MOMENTS = {
    "cases_stagemove": {"moved_at": NOW, "moved_by_id": POST, "effective_on": NAMED, "corrects_id": NAMED}
}

FUNCTIONS = f"""
-- The case follows the row. The lock makes two changes at once wait for each other: the second no longer begins at its stage.
CREATE OR REPLACE FUNCTION wall.stage_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  file public.cases_case;
  latest uuid;
BEGIN
  SELECT c.* INTO file FROM public.cases_case c WHERE c.id = NEW.case_id FOR UPDATE;
  IF NEW.from_stage <> file.stage THEN
    RAISE EXCEPTION 'the case is in another stage' USING ERRCODE = '23514', CONSTRAINT = 'stage_is_left';
  END IF;
  IF NEW.effective_on > wall.today() OR NEW.effective_on < (file.opened_at AT TIME ZONE 'Asia/Tokyo')::date THEN
    RAISE EXCEPTION 'a stage holds from a day of the case on' USING ERRCODE = '23514', CONSTRAINT = 'stage_has_come';
  END IF;
  IF NEW.reason IS NULL THEN
    -- Of a support case of the police: only what its decisions lead to.
    IF NEW.corrects_id IS NOT NULL OR (CASE WHEN wall.is_support(file.office_id)
         THEN NEW.to_stage <> '{Stage.CLOSED}' AND NOT (NEW.from_stage = '{Stage.RECEPTION}' AND wall.support_designated(NEW.case_id))
         ELSE (NEW.from_stage, NEW.to_stage) NOT IN ({FOLLOW}) END) THEN
      RAISE EXCEPTION 'that stage does not follow' USING ERRCODE = '23514', CONSTRAINT = 'stage_follows';
    END IF;
  ELSE
    SELECT m.id INTO latest FROM public.cases_stagemove m WHERE m.case_id = NEW.case_id AND m.id <> NEW.id
    ORDER BY m.moved_at DESC, m.id DESC LIMIT 1;
    IF wall.my_role() NOT IN ('supervisor', 'director') OR NOT wall.holds_on(NEW.case_id, 'manage')
       OR NEW.from_stage NOT IN ({CORRECTED}) OR NEW.to_stage NOT IN ({CORRECTED})
       OR (NEW.to_stage = '{Stage.INVESTIGATION}' AND NOT EXISTS (
         SELECT 1 FROM public.cases_stagemove m
         WHERE m.case_id = NEW.case_id AND m.id <> NEW.id AND NEW.to_stage IN (m.from_stage, m.to_stage)))
       OR NEW.to_stage = NEW.from_stage OR NEW.corrects_id IS DISTINCT FROM latest
       OR NOT wall.is_sealed(NEW.reason, 'case', NEW.case_id) THEN
      RAISE EXCEPTION 'a supervisor corrects the stage, with a reason' USING ERRCODE = '23514', CONSTRAINT = 'stage_corrected_by_line';
    END IF;
  END IF;
  UPDATE public.cases_case
  SET stage = NEW.to_stage,
      accepted_at = CASE NEW.to_stage WHEN '{Stage.ACCEPTED}' THEN coalesce(accepted_at, wall.clock()) ELSE accepted_at END,
      closed_at = CASE NEW.to_stage WHEN '{Stage.CLOSED}' THEN wall.clock() ELSE closed_at END
  WHERE id = NEW.case_id;
  RETURN NULL;
END $$;

-- No stage without its row: a new case is in reception, and later the newest row says from where to where it went.
CREATE OR REPLACE FUNCTION wall.stage_has_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR (TG_OP = 'INSERT' AND NEW.stage = '{Stage.RECEPTION}')
     OR (TG_OP = 'UPDATE' AND (OLD.stage, NEW.stage) = (
           SELECT m.from_stage, m.to_stage FROM public.cases_stagemove m WHERE m.case_id = NEW.id
           ORDER BY m.moved_at DESC, m.id DESC LIMIT 1)) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a stage changes by a row of its own' USING ERRCODE = '23514', CONSTRAINT = 'stage_has_move';
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER moves_stage AFTER INSERT ON cases_stagemove FOR EACH ROW EXECUTE FUNCTION wall.stage_moves();
CREATE OR REPLACE TRIGGER stage_has_move BEFORE INSERT ON cases_case FOR EACH ROW EXECUTE FUNCTION wall.stage_has_move();
CREATE OR REPLACE TRIGGER stage_keeps_move BEFORE UPDATE OF stage ON cases_case
  FOR EACH ROW WHEN (OLD.stage IS DISTINCT FROM NEW.stage) EXECUTE FUNCTION wall.stage_has_move();
"""
