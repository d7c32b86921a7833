"""A visit belongs to its case; what was planned never changes, and how it ended is written once."""

from django.utils.translation import gettext_lazy as _

from security.walls.declare import Held, of_case
from security.walls.moments import NAMED, NOW, ONCE, POST, by, kept_by

TABLES = (of_case("cases_visit", update="held_at, ended_by_id, ended_at, seen, result"),)

MOMENTS = {
    "cases_visit": {
        "planned_for": NAMED,
        "planned_at": NOW,
        "planned_by_id": POST,
        "held_at": kept_by("b_stays"),
        "ended_at": ONCE,
        "ended_by_id": by("ended_at"),
    },
}

PLANNED = """
  SELECT v.case_id FROM public.cases_visit v WHERE v.planned_by_id = which AND v.ended_at IS NULL AND v.planned_for > after.at
"""
HELD = {"visits": Held(_("planned visits"), PLANNED)}

FUNCTIONS = """
-- How a visit was held, or why it was cancelled, is written once, together with the moment at which that was recorded. One that was
-- not planned may have been held before it was entered.
CREATE OR REPLACE FUNCTION wall.visit_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (TG_OP = 'INSERT' AND (NEW.held_at, NEW.ended_at, NEW.seen, NEW.result) IS DISTINCT FROM (NULL, NULL, NULL, NULL))
     OR (TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL)
         AND (NEW.held_at, NEW.seen, NEW.result) IS DISTINCT FROM (OLD.held_at, OLD.seen, OLD.result)) THEN
    RAISE EXCEPTION 'a visit is recorded once' USING ERRCODE = '23514', CONSTRAINT = 'visit_stays';
  END IF;
  IF NEW.held_at > wall.clock() + interval '10 minutes' THEN
    RAISE EXCEPTION 'a visit is recorded when it was held' USING ERRCODE = '23514', CONSTRAINT = 'visit_has_come';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON cases_visit FOR EACH ROW EXECUTE FUNCTION wall.visit_stays();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_visit FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
