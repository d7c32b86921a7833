"""A plan is given by somebody of its office or another office, rests on a conference of its case, and takes two people."""

from cases.counseling.models import CounselingPlan
from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.moments import WALL, kept_by

FOREIGN = ("item", "provider", "other_office")
COLUMNS = tuple(f"{name}_id" if name in FOREIGN else name for name in CounselingPlan.CONTENT)
LATER = ("ended_at",)

TABLES = (act_table("cases_counselingplan", content=", ".join(COLUMNS)),)

MOMENTS = {
    "cases_counselingplan": {
        **act_moments("b_counseling_plan_signed"),
        **dict.fromkeys(CounselingPlan.DAYS, kept_by("act_stays")),
        "provider_id": kept_by("act_stays"),
        "ended_at": WALL,
    },
}

FUNCTIONS = """
-- A plan begins its own course of help. Who gives it is a position of the case's office that is held today, and a measure rests on
-- approved minutes of its own case; when it is decided, both are so still. What is returned or taken back is not looked at again.
CREATE OR REPLACE FUNCTION wall.counseling_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND (OLD.decided_at IS NOT NULL OR (NEW.approved IS NOT TRUE
     AND (NEW.course, NEW.provider_id, NEW.item_id) IS NOT DISTINCT FROM (OLD.course, OLD.provider_id, OLD.item_id))) THEN
    RETURN NEW;
  END IF;
  IF NEW.course <> NEW.id
     OR (NEW.provider_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM public.agencies_position p JOIN public.cases_case c ON c.office_id = p.office_id
       WHERE p.id = NEW.provider_id AND c.id = NEW.case_id AND p.starts_on <= wall.today()
         AND (p.ends_on IS NULL OR p.ends_on >= wall.today())))
     OR (NEW.item_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM public.cases_conferenceitem i WHERE i.id = NEW.item_id AND i.case_id = NEW.case_id AND i.approved)) THEN
    RAISE EXCEPTION 'a plan is given by the office of its case, and rests on a decision of its case'
      USING ERRCODE = '23514', CONSTRAINT = 'counseling_fits';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    act_triggers("cases_counselingplan", {"": "counseling_plan"}, LATER, by_line=True)
    + """
CREATE OR REPLACE TRIGGER c_fits BEFORE INSERT OR UPDATE ON cases_counselingplan
  FOR EACH ROW EXECUTE FUNCTION wall.counseling_fits();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_counselingplan FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
