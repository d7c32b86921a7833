"""A continuing follows the term of its custody, is as long as the law's two months at most, and takes two people."""

from cases.continuing.models import Continuing
from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.declare import of_case
from security.walls.moments import NOW, POST, kept_by

COLUMNS = tuple(f"{name}_id" if name == "start" else name for name in Continuing.CONTENT)

TABLES = (
    act_table("cases_continuing", content=", ".join(COLUMNS)),
    of_case("cases_termstand"),
    of_case("cases_termcourt"),
)

MOMENTS = {
    "cases_continuing": {
        **act_moments("b_custody_continue_signed"),
        "starts_at": kept_by("a_continues"),
        "until_on": kept_by("act_stays"),
    },
    "cases_termstand": {"term_at": kept_by("of_term"), "recorded_at": NOW, "recorded_by_id": POST},
    "cases_termcourt": {"term_at": kept_by("of_term"), "recorded_at": NOW, "recorded_by_id": POST},
}

FUNCTIONS = """
-- Custody is continued from the end of the term that runs: the moment is written here, whatever was sent. It is of its own case, and
-- not over two months. What is returned or taken back is not looked at again. The start is held meanwhile, so that an end which comes
-- at once is seen.
CREATE OR REPLACE FUNCTION wall.continues_term() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  over timestamptz;
  lasts boolean;
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND (OLD.decided_at IS NOT NULL OR (NEW.approved IS NOT TRUE
     AND (NEW.start_id, NEW.starts_at, NEW.until_on) IS NOT DISTINCT FROM (OLD.start_id, OLD.starts_at, OLD.until_on))) THEN
    RETURN NEW;
  END IF;
  PERFORM FROM public.cases_custodydecision s
  WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start' AND s.ended_at IS NULL
    AND wall.custody_in_effect(s) FOR SHARE;
  lasts := FOUND;
  over := (SELECT k.due_at + interval '1 microsecond' FROM public.cases_clock k
           WHERE k.case_id = NEW.case_id AND k.kind = 'custody_end' AND k.met_at IS NULL AND k.ended_at IS NULL);
  IF NEW.approved IS NOT TRUE THEN NEW.starts_at := over; END IF;
  IF over IS NULL OR NEW.starts_at <> over OR NEW.until_on < (over AT TIME ZONE 'Asia/Tokyo')::date
     OR NEW.until_on >= (wall.two_months_over(over) AT TIME ZONE 'Asia/Tokyo')::date
     OR NOT lasts THEN
    RAISE EXCEPTION 'custody is continued from the end of its term, for two months at most'
      USING ERRCODE = '23514', CONSTRAINT = 'continues_term';
  END IF;
  RETURN NEW;
END $$;

-- What is written about a term is about a custody of its own case, about the term that runs or the one after it, and of a person of
-- that case. Of another's case nothing is said.
CREATE OR REPLACE FUNCTION wall.of_term() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_custodydecision s
       WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start')
     OR NOT EXISTS (SELECT 1 FROM public.cases_clock k
       WHERE k.case_id = NEW.case_id AND k.kind = 'custody_end' AND k.met_at IS NULL AND k.ended_at IS NULL
         AND NEW.term_at IN (k.started_at, k.due_at + interval '1 microsecond'))
     OR NOT EXISTS (SELECT 1 FROM public.cases_person p
       WHERE p.id = coalesce((to_jsonb(NEW) ->> 'person_id')::uuid, p.id) AND p.case_id = NEW.case_id)
        AND to_jsonb(NEW) ? 'person_id' THEN
    RAISE EXCEPTION 'no such term or person of this case' USING ERRCODE = '23514', CONSTRAINT = 'of_term';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    act_triggers("cases_continuing", {"": "custody_continue"})
    + """
CREATE OR REPLACE TRIGGER a_continues BEFORE INSERT OR UPDATE ON cases_continuing
  FOR EACH ROW EXECUTE FUNCTION wall.continues_term();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_continuing FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER of_term BEFORE INSERT ON cases_termstand FOR EACH ROW EXECUTE FUNCTION wall.of_term();
CREATE OR REPLACE TRIGGER of_term BEFORE INSERT ON cases_termcourt FOR EACH ROW EXECUTE FUNCTION wall.of_term();
"""
)
