"""A plan is given by somebody of its office or another office, rests on a conference of its case, and takes two people."""

from django.utils.translation import gettext_lazy as _

from cases.counseling.models import CounselingEnd, CounselingPlan
from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.declare import Held, of_case
from security.walls.moments import NAMED, NOW, POST, WALL, kept_by

FOREIGN = ("item", "provider", "other_office", "plan", "amends")
LATER = ("ended_at", "superseded_at")


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}_id" if name in FOREIGN else name for name in names)


TABLES = (
    act_table("cases_counselingplan", content=_columns(CounselingPlan.CONTENT)),
    of_case("cases_planreview"),
    of_case("cases_planmeasure"),
    act_table("cases_counselingend", content=_columns(CounselingEnd.CONTENT)),
)

MOMENTS = {
    "cases_counselingplan": {
        **act_moments("b_counseling_plan_signed"),
        **dict.fromkeys(CounselingPlan.DAYS, kept_by("act_stays")),
        "provider_id": kept_by("act_stays"),
        "ended_at": WALL,
        "superseded_at": WALL,
    },
    "cases_planreview": {"next_on": NAMED, "recorded_at": NOW, "recorded_by_id": POST},
    "cases_planmeasure": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_counselingend": {
        **act_moments("b_counseling_end_signed"),
        "follow_up_on": kept_by("act_stays"),
    },
}

GIVEN = """
  SELECT p.case_id FROM public.cases_counselingplan p
  WHERE p.provider_id = which AND p.approved AND p.ended_at IS NULL AND p.superseded_at IS NULL
"""
HELD = {"counseling": Held(_("counseling plans that they give"), GIVEN)}

FUNCTIONS = """
-- A plan begins its own course of help, or amends the current plan of one, once. Who gives it is a position of the case's office that is held today, and a measure rests on
-- approved minutes of its own case; when it is decided, both are so still. What is returned or taken back is not looked at again.
CREATE OR REPLACE FUNCTION wall.counseling_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND (OLD.decided_at IS NOT NULL OR (NEW.approved IS NOT TRUE
     AND (NEW.course, NEW.amends_id, NEW.provider_id, NEW.item_id)
       IS NOT DISTINCT FROM (OLD.course, OLD.amends_id, OLD.provider_id, OLD.item_id))) THEN
    RETURN NEW;
  END IF;
  IF (NEW.amends_id IS NULL AND NEW.course <> NEW.id)
     OR (NEW.amends_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM public.cases_counselingplan o WHERE o.id = NEW.amends_id AND o.case_id = NEW.case_id AND o.course = NEW.course
         AND o.approved AND o.ended_at IS NULL AND o.superseded_at IS NULL))
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

-- With the approval of an amendment the plan before it gives way.
CREATE OR REPLACE FUNCTION wall.counseling_supersedes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_counselingplan SET superseded_at = wall.clock() WHERE id = NEW.amends_id AND superseded_at IS NULL;
  RETURN NULL;
END $$;

-- A review and an end are of a plan of their own case that was approved and is current; when the end is decided, it is so still.
CREATE OR REPLACE FUNCTION wall.of_current_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> 'plan_id' = to_jsonb(NEW) ->> 'plan_id'
     AND (to_jsonb(NEW) ->> 'approved') IS DISTINCT FROM 'true' THEN RETURN NEW; END IF;
  PERFORM 1 FROM public.cases_counselingplan p WHERE p.id = NEW.plan_id AND p.case_id = NEW.case_id AND p.approved
    AND p.ended_at IS NULL AND p.superseded_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no current plan of this case' USING ERRCODE = '23514', CONSTRAINT = 'of_current_plan';
  END IF;
  RETURN NEW;
END $$;

-- What was measured is of a plan of its own case that was approved and not amended; after its end there is the follow-up. What it
-- corrects is of the same course of help, and of the same case.
CREATE OR REPLACE FUNCTION wall.measured_of_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  PERFORM 1 FROM public.cases_counselingplan p WHERE p.id = NEW.plan_id AND p.case_id = NEW.case_id AND p.approved
    AND p.superseded_at IS NULL AND (NEW.replaces_id IS NULL OR EXISTS (
      SELECT 1 FROM public.cases_planmeasure m JOIN public.cases_counselingplan o ON o.id = m.plan_id
      WHERE m.id = NEW.replaces_id AND m.case_id = NEW.case_id AND o.course = p.course));
  IF NOT FOUND OR (NEW.replaces_id IS NULL) <> (NEW.replaced_why IS NULL) THEN
    RAISE EXCEPTION 'scores of no current plan of this case' USING ERRCODE = '23514', CONSTRAINT = 'measured_of_plan';
  END IF;
  RETURN NEW;
END $$;

-- With the approval of its end a plan has ended.
CREATE OR REPLACE FUNCTION wall.counseling_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_counselingplan SET ended_at = wall.clock() WHERE id = NEW.plan_id AND ended_at IS NULL;
  RETURN NULL;
END $$;

-- Whether what is owed of a plan was done: its review by a later one, the end by its approval; both by an amendment or the end.
CREATE OR REPLACE FUNCTION wall.counseling_settled(duty text, of_case uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.cases_counselingplan p LEFT JOIN public.cases_planreview v ON v.id = which AND v.plan_id = p.id
    WHERE p.case_id = of_case AND (p.id = which OR v.id = which)
      AND (p.ended_at IS NOT NULL OR p.superseded_at IS NOT NULL
           OR (duty = 'counseling_review' AND EXISTS (
             SELECT 1 FROM public.cases_planreview r WHERE r.plan_id = p.id AND r.id <> which
               AND (v.id IS NULL OR r.recorded_at > v.recorded_at)))))
$$;
"""

TRIGGERS = (
    act_triggers("cases_counselingplan", {"": "counseling_plan"}, LATER, by_line=True)
    + act_triggers("cases_counselingend", {"": "counseling_end"}, by_line=True)
    + """
CREATE OR REPLACE TRIGGER c_fits BEFORE INSERT OR UPDATE ON cases_counselingplan
  FOR EACH ROW EXECUTE FUNCTION wall.counseling_fits();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_counselingplan FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER supersedes AFTER UPDATE OF approved ON cases_counselingplan
  FOR EACH ROW WHEN (NEW.approved AND NEW.amends_id IS NOT NULL) EXECUTE FUNCTION wall.counseling_supersedes();
CREATE OR REPLACE TRIGGER a_of_plan BEFORE INSERT ON cases_planreview
  FOR EACH ROW EXECUTE FUNCTION wall.of_current_plan();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_planreview FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER a_of_plan BEFORE INSERT ON cases_planmeasure
  FOR EACH ROW EXECUTE FUNCTION wall.measured_of_plan();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_planmeasure FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER a_of_plan BEFORE INSERT OR UPDATE ON cases_counselingend
  FOR EACH ROW EXECUTE FUNCTION wall.of_current_plan();
CREATE OR REPLACE TRIGGER ends AFTER UPDATE OF approved ON cases_counselingend
  FOR EACH ROW WHEN (NEW.approved) EXECUTE FUNCTION wall.counseling_ends();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_counselingend FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
