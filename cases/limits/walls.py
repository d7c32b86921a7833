"""A limit on contact is of a person around the child, takes two people, and ends by a decision of its own."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from cases.limits.models import ContactLimit
from security.walls.declare import of_case
from security.walls.moments import NOW, POST, kept_by

COLUMNS = tuple(f"{name}_id" if name in ("person", "changes") else name for name in ContactLimit.CONTENT)

TABLES = (
    act_table("cases_contactlimit", content=", ".join(COLUMNS), later="ended_at"),
    of_case("cases_contacttold"),
)

MOMENTS = {
    "cases_contactlimit": {
        **act_moments("b_contact_limit_signed"),
        **dict.fromkeys(("starts_on", "ends_on", "review_on"), kept_by("act_stays")),
        "ended_at": kept_by("a_stays"),
    },
    "cases_contacttold": {"written_at": NOW, "written_by_id": POST},
}

FUNCTIONS = """
-- A limit is for a person of its case who has not been removed. What it changes is a limit of the same person that was approved and has
-- not ended. It ends with a decision that is approved in this transaction (wall.clock() is constant within one), so that no approval is
-- kept for later.
CREATE OR REPLACE FUNCTION wall.limit_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'INSERT' OR (NEW.person_id, NEW.changes_id) IS DISTINCT FROM (OLD.person_id, OLD.changes_id) THEN
    IF (NEW.kind = 'limit' AND NOT EXISTS (
          SELECT 1 FROM public.cases_person p WHERE p.id = NEW.person_id AND p.case_id = NEW.case_id AND p.removed_at IS NULL))
       OR (NEW.changes_id IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM public.cases_contactlimit c WHERE c.id = NEW.changes_id AND c.case_id = NEW.case_id
            AND c.person_id = NEW.person_id AND c.kind = 'limit' AND c.approved AND c.ended_at IS NULL)) THEN
      RAISE EXCEPTION 'no such person or limit of this case' USING ERRCODE = '23514', CONSTRAINT = 'limit_of_case';
    END IF;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.ended_at IS NOT NULL THEN
      RAISE EXCEPTION 'a new limit has not ended' USING ERRCODE = '23514', CONSTRAINT = 'limit_stays';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.kind <> OLD.kind THEN
    RAISE EXCEPTION 'a limit stays a limit' USING ERRCODE = '23514', CONSTRAINT = 'limit_stays';
  END IF;
  IF NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
    IF OLD.ended_at IS NOT NULL OR OLD.approved IS NOT TRUE OR NOT EXISTS (
        SELECT 1 FROM public.cases_contactlimit e
        WHERE e.changes_id = NEW.id AND e.approved AND e.decided_at = wall.clock()) THEN
      RAISE EXCEPTION 'a limit ends by a decision' USING ERRCODE = '23514', CONSTRAINT = 'limit_stays';
    END IF;
    NEW.ended_at := wall.clock();
  END IF;
  RETURN NEW;
END $$;

-- Somebody is told of a limit of the case that was approved.
CREATE OR REPLACE FUNCTION wall.told_of_limit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_contactlimit l
                 WHERE l.id = NEW.limit_id AND l.case_id = NEW.case_id AND l.kind = 'limit' AND l.approved) THEN
    RAISE EXCEPTION 'nobody is told before it is approved' USING ERRCODE = '23514', CONSTRAINT = 'told_of_limit';
  END IF;
  RETURN NEW;
END $$;
"""

_ACTS = {"NEW.kind = 'limit'": "contact_limit", "NEW.kind = 'end'": "contact_limit_end"}
TRIGGERS = (
    act_triggers("cases_contactlimit", _ACTS, later=("ended_at",))
    + """
CREATE OR REPLACE TRIGGER a_stays BEFORE INSERT OR UPDATE ON cases_contactlimit
  FOR EACH ROW EXECUTE FUNCTION wall.limit_stays();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_contactlimit
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER b_told BEFORE INSERT ON cases_contacttold FOR EACH ROW EXECUTE FUNCTION wall.told_of_limit();
"""
)
