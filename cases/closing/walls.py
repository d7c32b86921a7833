"""A case is closed by an approved decision of its own, and stays closed."""

from cases.closing.codes import GOES
from cases.decisions.walls import act_moments, act_table, act_triggers

TABLES = (act_table("cases_closingdecision", content="by_mistake, kind, reason, child_told"),)

ENDS = ", ".join(f"'{measure}'" for measure in sorted(GOES))

MOMENTS = {"cases_closingdecision": act_moments("b_closing_signed")}

FUNCTIONS = f"""
-- A case is closed only by a decision that is approved in this transaction (wall.clock() is constant within one), so that no
-- approval is kept for later: on its closing, or on the outcome of every receipt of a case that was never accepted; and only when no custody, no placement and no time limit of the law is open. It cannot be opened again.
-- The closing of a case that a center accepted rests on a support policy conference, but where the case was recorded by mistake.
CREATE OR REPLACE FUNCTION wall.case_closed_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND OLD.stage = 'closed' THEN
    IF (NEW.stage, NEW.closed_at) IS DISTINCT FROM (OLD.stage, OLD.closed_at) THEN
      RAISE EXCEPTION 'a closed case cannot be opened again' USING ERRCODE = '23514', CONSTRAINT = 'case_stays_closed';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.stage <> 'closed' THEN
    NEW.closed_at := NULL;
    RETURN NEW;
  END IF;
  IF (NOT EXISTS (SELECT 1 FROM public.cases_closingdecision d
                  WHERE d.case_id = NEW.id AND d.approved AND d.decided_at = wall.clock()
                    AND (NEW.accepted_at IS NULL OR wall.is_support(NEW.office_id) OR d.by_mistake IS NOT FALSE
                         OR wall.policy_opens(NEW.id, ARRAY[{ENDS}])))
      AND NOT wall.receipts_ended(NEW.id))
     OR EXISTS (SELECT 1 FROM public.cases_custodydecision d
                WHERE d.case_id = NEW.id AND d.kind = 'start' AND d.ended_at IS NULL
                  AND wall.custody_in_effect(d))
     OR wall.placement_lasts(NEW.id)
     OR EXISTS (SELECT 1 FROM public.cases_clock k WHERE k.case_id = NEW.id AND k.met_at IS NULL AND k.ended_at IS NULL) THEN
    RAISE EXCEPTION 'a case is closed by a decision' USING ERRCODE = '23514', CONSTRAINT = 'case_closed_by_decision';
  END IF;
  NEW.closed_at := wall.clock();
  RETURN NEW;
END $$;

-- A new closing says in clear whether the case was recorded by mistake. One of before version 0.2.0 does not: the rule asks of it.
CREATE OR REPLACE FUNCTION wall.closing_says() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.by_mistake IS NULL AND (TG_OP = 'INSERT' OR OLD.by_mistake IS NOT NULL) AND NOT wall.is_seeder() AND wall.holds_on(NEW.case_id, 'edit') THEN
    RAISE EXCEPTION 'a closing says whether the case was a mistake' USING ERRCODE = '23514', CONSTRAINT = 'closing_says';
  END IF;
  RETURN NEW;
END $$;

-- Nothing grave begins on a closed case. The lock makes it wait for a closing that is under way (which takes FOR UPDATE). Of a
-- foreign case the policy refuses, and says nothing of its stage.
CREATE OR REPLACE FUNCTION wall.case_is_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.cases_case c WHERE c.id = NEW.case_id AND c.stage <> 'closed' FOR KEY SHARE;
  IF NOT FOUND AND NOT wall.is_seeder() AND wall.holds_on(NEW.case_id, 'edit') THEN
    RAISE EXCEPTION 'the case is closed' USING ERRCODE = '23514', CONSTRAINT = 'case_is_open';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    act_triggers("cases_closingdecision", {"": "closing"})
    + """
CREATE OR REPLACE TRIGGER closes BEFORE INSERT OR UPDATE ON cases_case
  FOR EACH ROW EXECUTE FUNCTION wall.case_closed_by_decision();
CREATE OR REPLACE TRIGGER closing_says BEFORE INSERT OR UPDATE OF by_mistake ON cases_closingdecision
  FOR EACH ROW EXECUTE FUNCTION wall.closing_says();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_closingdecision
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_custodydecision
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_clock
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
