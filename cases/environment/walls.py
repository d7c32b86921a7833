"""An adjustment belongs to its case; what was agreed never changes, and how it ended is written once."""

from security.walls.declare import of_case
from security.walls.moments import NAMED, NOW, ONCE, POST, by, kept_by

TABLES = (of_case("cases_environmenttask", update="done_on, ended_by_id, ended_at, result"),)

MOMENTS = {
    "cases_environmenttask": {
        "until": NAMED,
        "recorded_at": NOW,
        "recorded_by_id": POST,
        "done_on": kept_by("b_stays"),
        "ended_at": ONCE,
        "ended_by_id": by("ended_at"),
    },
}

FUNCTIONS = """
-- How an adjustment ended is written once, together with the moment at which that was recorded, and not before it has come.
CREATE OR REPLACE FUNCTION wall.environment_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (TG_OP = 'INSERT' AND (NEW.done_on, NEW.ended_at, NEW.result) IS DISTINCT FROM (NULL, NULL, NULL))
     OR (TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL)
         AND (NEW.done_on, NEW.result) IS DISTINCT FROM (OLD.done_on, OLD.result)) THEN
    RAISE EXCEPTION 'an adjustment ends once' USING ERRCODE = '23514', CONSTRAINT = 'environment_stays';
  END IF;
  IF NEW.done_on > wall.today() THEN
    RAISE EXCEPTION 'an adjustment is recorded when it was done' USING ERRCODE = '23514', CONSTRAINT = 'environment_has_come';
  END IF;
  RETURN NEW;
END $$;

-- Whether what is owed of an adjustment was done: its end is recorded.
CREATE OR REPLACE FUNCTION wall.environment_settled(of_case uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_environmenttask t
                 WHERE t.case_id = of_case AND t.id = which AND t.ended_at IS NOT NULL)
$$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON cases_environmenttask
  FOR EACH ROW EXECUTE FUNCTION wall.environment_stays();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_environmenttask
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
