"""Another expected end of custody is written by the line, while custody lasts; what is owed until that day is done by an act."""

from agencies.staff.roles import Permission, Role, in_sql
from security.walls.declare import of_case
from security.walls.moments import NOW, POST

TABLES = (of_case("cases_expectedend", write="manage"),)

MOMENTS = {"cases_expectedend": {"recorded_at": NOW, "recorded_by_id": POST}}

LINE = in_sql(role for role in Role if role.may(Permission.REVIEW_LINE))

FUNCTIONS = f"""
-- Another expected end is of a custody of its own case that lasts and was not continued, and is written by the supervisor line. The
-- start is held meanwhile, so that of two days written at once the second follows the first, and an end which comes at once is seen.
CREATE OR REPLACE FUNCTION wall.expected_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'manage') THEN RETURN NEW; END IF;  -- the policy refuses
  PERFORM FROM public.cases_custodydecision s
  WHERE s.id = NEW.decision_id AND s.case_id = NEW.case_id AND s.kind = 'start' AND s.ended_at IS NULL
    AND wall.custody_in_effect(s) FOR NO KEY UPDATE;
  IF NOT FOUND OR (NOT wall.is_seeder() AND coalesce(wall.my_role() NOT IN ({LINE}), true))
     OR EXISTS (SELECT 1 FROM public.cases_continuing c WHERE c.start_id = NEW.decision_id AND c.approved)
     OR EXISTS (SELECT 1 FROM public.cases_expectedend e WHERE e.decision_id = NEW.decision_id AND e.recorded_at > wall.clock()) THEN
    RAISE EXCEPTION 'the line writes until when custody is expected, while it lasts' USING ERRCODE = '23514', CONSTRAINT = 'expected_end';
  END IF;
  RETURN NEW;
END $$;

-- Whether nothing is owed any more on the expected end of custody: of the start, or of another day that was written for it. Custody
-- is ended, was continued or came to nothing, or a later day was written.
CREATE OR REPLACE FUNCTION wall.expected_settled(of_case uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.cases_custodydecision s LEFT JOIN public.cases_expectedend e ON e.id = which
    WHERE s.case_id = of_case AND s.kind = 'start' AND s.id = coalesce(e.decision_id, which)
      AND (s.ended_at IS NOT NULL OR NOT wall.custody_in_effect(s)
        OR EXISTS (SELECT 1 FROM public.cases_continuing c WHERE c.start_id = s.id AND c.approved)
        OR EXISTS (SELECT 1 FROM public.cases_expectedend n WHERE n.decision_id = s.id AND n.id <> which
          AND n.recorded_at >= coalesce(e.recorded_at, '-infinity'))))
$$;

-- The decision or the day with which that came about does the duty, whoever decided or wrote it.
CREATE OR REPLACE FUNCTION wall.expected_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_duty d SET done_at = wall.clock(), done_by_id = wall.my_position()
  WHERE d.case_id = NEW.case_id AND d.kind = 'custody_expected' AND d.done_at IS NULL
    AND wall.expected_settled(d.case_id, d.cause);
  RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER a_lasts BEFORE INSERT ON cases_expectedend FOR EACH ROW EXECUTE FUNCTION wall.expected_end();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_expectedend FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER settles_expected AFTER INSERT ON cases_expectedend
  FOR EACH ROW EXECUTE FUNCTION wall.expected_over();
CREATE OR REPLACE TRIGGER settles_expected AFTER UPDATE OF ended_at, approved ON cases_custodydecision
  FOR EACH ROW WHEN (NEW.kind = 'start' AND (NEW.ended_at IS NOT NULL OR NOT NEW.approved)) EXECUTE FUNCTION wall.expected_over();
CREATE OR REPLACE TRIGGER settles_expected AFTER UPDATE OF approved ON cases_continuing
  FOR EACH ROW WHEN (NEW.approved) EXECUTE FUNCTION wall.expected_over();
"""
