"""What went to a welfare office and what came back belong to their case, and never change."""

from security.walls.declare import of_case
from security.walls.moments import NOW, POST

TABLES = (of_case("cases_welfarereferral"), of_case("cases_welfaredecision"))

MOMENTS = {
    "cases_welfarereferral": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_welfaredecision": {"recorded_at": NOW, "recorded_by_id": POST},
}

FUNCTIONS = """
-- A decision is on a referral of its own case.
CREATE OR REPLACE FUNCTION wall.welfare_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_welfarereferral r WHERE r.id = NEW.referral_id AND r.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'a decision on a referral of this case' USING ERRCODE = '23514', CONSTRAINT = 'welfare_fits';
  END IF;
  RETURN NEW;
END $$;

-- Whether what is owed of a referral was done: the decision is recorded.
CREATE OR REPLACE FUNCTION wall.welfare_settled(of_case uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_welfaredecision d WHERE d.case_id = of_case AND d.referral_id = which)
$$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_welfarereferral
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER b_fits BEFORE INSERT ON cases_welfaredecision
  FOR EACH ROW EXECUTE FUNCTION wall.welfare_fits();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_welfaredecision
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
