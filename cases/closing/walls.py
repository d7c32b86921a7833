"""A case is closed by an approved decision of its own, and stays closed."""

from agencies.staff.walls import DRAFTED
from security.walls.declare import SIGNATURE, of_case
from security.walls.moments import kept_by

TABLES = (of_case("cases_closingdecision", update=SIGNATURE),)

MOMENTS = {"cases_closingdecision": dict.fromkeys(DRAFTED, kept_by("b_signed"))}

FUNCTIONS = """
-- What the decider read is what was drafted: later only the signature and its note may be added.
CREATE OR REPLACE FUNCTION wall.closing_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  added text[] := ARRAY['decided_by_id', 'decided_person_id', 'decided_at', 'approved', 'note'];
BEGIN
  IF (TG_OP = 'INSERT' AND NEW.note IS NOT NULL)
     OR (TG_OP = 'UPDATE' AND ((to_jsonb(NEW) - added) IS DISTINCT FROM (to_jsonb(OLD) - added)
                               OR (OLD.decided_at IS NOT NULL AND NEW.note IS DISTINCT FROM OLD.note))) THEN
    RAISE EXCEPTION 'a drafted decision stays' USING ERRCODE = '23514', CONSTRAINT = 'closing_stays';
  END IF;
  RETURN NEW;
END $$;

-- Nobody closes a case but by a decision that is approved in this very transaction (the clock stands still in one), so that no
-- approval is kept for later; and not while custody or a time limit of the law goes on. Nobody opens it again.
CREATE OR REPLACE FUNCTION wall.case_closed_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user = 'owner' THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND OLD.stage = 'closed' THEN
    IF (NEW.stage, NEW.closed_at) IS DISTINCT FROM (OLD.stage, OLD.closed_at) THEN
      RAISE EXCEPTION 'a closed case stays closed' USING ERRCODE = '23514', CONSTRAINT = 'case_stays_closed';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.stage <> 'closed' THEN
    NEW.closed_at := NULL;
    RETURN NEW;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM public.cases_closingdecision d
                 WHERE d.case_id = NEW.id AND d.approved AND d.decided_at = wall.clock())
     OR EXISTS (SELECT 1 FROM public.cases_custodydecision d
                WHERE d.case_id = NEW.id AND d.kind = 'start' AND d.approved AND d.ended_at IS NULL)
     OR EXISTS (SELECT 1 FROM public.cases_clock k WHERE k.case_id = NEW.id AND k.met_at IS NULL AND k.ended_at IS NULL) THEN
    RAISE EXCEPTION 'a case is closed by a decision' USING ERRCODE = '23514', CONSTRAINT = 'case_closed_by_decision';
  END IF;
  NEW.closed_at := wall.clock();
  RETURN NEW;
END $$;

-- Nothing grave begins on a closed case. The lock makes it wait for a closing that is under way (which takes FOR UPDATE). Of a
-- foreign case the policy refuses, and says nothing of its stage.
CREATE OR REPLACE FUNCTION wall.case_is_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.cases_case c WHERE c.id = NEW.case_id AND c.stage <> 'closed' FOR KEY SHARE;
  IF NOT FOUND AND session_user <> 'owner' AND NEW.case_id = ANY((SELECT wall.my_case_ids('edit'))::uuid[]) THEN
    RAISE EXCEPTION 'the case is closed' USING ERRCODE = '23514', CONSTRAINT = 'case_is_open';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER closes BEFORE INSERT OR UPDATE ON cases_case
  FOR EACH ROW EXECUTE FUNCTION wall.case_closed_by_decision();
CREATE OR REPLACE TRIGGER a_stays BEFORE INSERT OR UPDATE ON cases_closingdecision
  FOR EACH ROW EXECUTE FUNCTION wall.closing_stays();
CREATE OR REPLACE TRIGGER b_signed BEFORE INSERT OR UPDATE ON cases_closingdecision
  FOR EACH ROW EXECUTE FUNCTION wall.sign_act('closing');
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_closingdecision
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_custodydecision
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_clock
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
