"""The hearing of a child is about a decision of its own case; what is owed is done by recording it."""

FUNCTIONS = """
-- Whether nothing is owed any more on a custody decision: the child's opinion is written, or the draft has come to nothing.
CREATE OR REPLACE FUNCTION wall.hearing_settled(of_case uuid, decision uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_custodydecision d WHERE d.id = decision AND d.case_id = of_case
                 AND (d.opinion IS NOT NULL OR NOT d.approved OR d.taken_back_at IS NOT NULL))
$$;

-- A hearing is about a decision of its own case, and an answer to the child about such a hearing. Of another's case nothing is said.
CREATE OR REPLACE FUNCTION wall.hearing_of_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fits boolean;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_TABLE_NAME = 'cases_childhearing' THEN
    fits := EXISTS (SELECT 1 FROM public.cases_custodydecision d WHERE d.id = NEW.decision_id AND d.case_id = NEW.case_id);
  ELSE
    fits := EXISTS (SELECT 1 FROM public.cases_childhearing h WHERE h.id = NEW.hearing_id AND h.case_id = NEW.case_id);
  END IF;
  IF NOT fits THEN
    RAISE EXCEPTION 'no such hearing or decision of this case' USING ERRCODE = '23514', CONSTRAINT = 'hearing_of_case';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER of_case BEFORE INSERT ON cases_childhearing FOR EACH ROW EXECUTE FUNCTION wall.hearing_of_case();
CREATE OR REPLACE TRIGGER of_case BEFORE INSERT ON cases_hearinganswer FOR EACH ROW EXECUTE FUNCTION wall.hearing_of_case();
"""
