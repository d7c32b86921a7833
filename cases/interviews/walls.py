"""The register is written and never changed; a child that was asked is asked again only by decision, or with the reasons kept.

The plan of a joint interview is written until it is agreed; what becomes of it are rows that never change.
"""

from cases.decisions.walls import act_moments, act_table, act_triggers
from cases.interviews.codes import MOVES
from cases.interviews.models import JointPlan
from security.walls.declare import of_case
from security.walls.moments import HAPPENED, NAMED, NOW, POST, kept_by

TABLES = (
    act_table(
        "cases_secondinterview", content="cannot_serve, wanted_by, only_child, harm, asker, their_reason"
    ),
    of_case("cases_interview"),
    of_case(
        "cases_jointplan", update=", ".join(("planned_for", "interviewer_id", "police_id", *JointPlan.TEXTS))
    ),
    of_case("cases_jointevent"),
)
FOLLOWING = ", ".join(f"('{before}', '{after}')" for before, steps in MOVES.items() for after in steps)

MOMENTS = {
    "cases_secondinterview": act_moments("b_second_interview_signed"),
    "cases_interview": {
        "began_at": HAPPENED,
        "ended_at": NAMED,
        "recorded_at": NOW,
        "recorded_by_id": POST,
        "allowed_by_id": kept_by("asked_once"),
    },
    "cases_jointplan": {"planned_for": kept_by("b_stays"), "proposed_at": NOW, "proposed_by_id": POST},
    "cases_jointevent": {"planned_for": kept_by("b_follows"), "written_at": NOW, "written_by_id": POST},
}

FUNCTIONS = f"""
-- Of the interviews on the facts of a case the first needs nothing. A further one names an approved decision of the same case that no
-- other used, or says that there was none. Two that come at once wait for each other. A correction of one rests on what that rests on,
-- and is counted as one, whatever kind it names.
CREATE OR REPLACE FUNCTION wall.asked_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  corrected public.cases_interview;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  PERFORM 1 FROM public.cases_case c WHERE c.id = NEW.case_id FOR NO KEY UPDATE;
  IF NEW.corrects_id IS NOT NULL THEN
    SELECT * INTO corrected FROM public.cases_interview i WHERE i.id = NEW.corrects_id AND i.case_id = NEW.case_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a correction of another case' USING ERRCODE = '23514', CONSTRAINT = 'interview_of_case';
    END IF;
  END IF;
  IF NEW.allowed_by_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.cases_secondinterview s
      WHERE s.id = NEW.allowed_by_id AND s.case_id = NEW.case_id AND s.approved) THEN
    RAISE EXCEPTION 'no such decision' USING ERRCODE = '23514', CONSTRAINT = 'asked_once';
  END IF;
  IF coalesce(corrected.on_facts, false) THEN
    IF NOT NEW.on_facts OR NEW.allowed_by_id IS NOT NULL OR NEW.unallowed < corrected.unallowed THEN
      RAISE EXCEPTION 'a correction rests on what it corrects' USING ERRCODE = '23514', CONSTRAINT = 'asked_once';
    END IF;
  ELSIF NEW.on_facts AND NEW.allowed_by_id IS NULL AND NOT NEW.unallowed AND EXISTS (
      SELECT 1 FROM public.cases_interview i
      WHERE i.case_id = NEW.case_id AND i.on_facts AND i.id IS DISTINCT FROM NEW.corrects_id
        AND NOT EXISTS (SELECT 1 FROM public.cases_interview c WHERE c.corrects_id = i.id)) THEN
    RAISE EXCEPTION 'a child is asked again by decision' USING ERRCODE = '23514', CONSTRAINT = 'asked_once';
  END IF;
  RETURN NEW;
END $$;

-- A plan begins as a proposal and is written until it is agreed; its state is the wall's, which reads it from the events.
CREATE OR REPLACE FUNCTION wall.plan_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR wall.acts_itself() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.state := 'proposed';
    NEW.version := 1;
    RETURN NEW;
  END IF;
  IF OLD.state NOT IN ('proposed', 'conferring') OR NEW.case_id <> OLD.case_id THEN
    RAISE EXCEPTION 'a plan stays as it was agreed' USING ERRCODE = '23514', CONSTRAINT = 'plan_stays';
  END IF;
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$;

-- What becomes of a plan follows from its state by the table of moves, and brings it there. It is agreed, or moved to a time, only with
-- an interviewer who is trained on that day, or one whom another office sends; and held where an interview names it.
CREATE OR REPLACE FUNCTION wall.plan_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  plan public.cases_jointplan;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT * INTO plan FROM public.cases_jointplan p WHERE p.id = NEW.plan_id AND p.case_id = NEW.case_id FOR NO KEY UPDATE;
  IF NOT FOUND OR (plan.state, NEW.step) NOT IN ({FOLLOWING}) THEN
    RAISE EXCEPTION 'this does not follow from the state of the plan' USING ERRCODE = '23514', CONSTRAINT = 'plan_follows';
  END IF;
  NEW.planned_for := CASE NEW.step WHEN 'agreed' THEN plan.planned_for WHEN 'moved' THEN NEW.planned_for END;
  IF NEW.step IN ('agreed', 'moved') THEN
    IF NEW.planned_for IS NULL OR (plan.interviewer_id IS NULL) = (plan.outside_name IS NULL) OR (plan.interviewer_id IS NOT NULL
        AND NOT wall.is_trained(plan.interviewer_id, (NEW.planned_for AT TIME ZONE 'Asia/Tokyo')::date)) THEN
      RAISE EXCEPTION 'an agreed plan has a time and a trained interviewer' USING ERRCODE = '23514', CONSTRAINT = 'plan_trained';
    END IF;
  ELSIF NEW.step = 'held' AND NOT EXISTS (SELECT 1 FROM public.cases_interview i WHERE i.plan_id = plan.id) THEN
    RAISE EXCEPTION 'a plan is held by an interview' USING ERRCODE = '23514', CONSTRAINT = 'plan_held';
  END IF;
  UPDATE public.cases_jointplan p SET state = NEW.step, planned_for = coalesce(NEW.planned_for, p.planned_for),
    version = p.version + 1 WHERE p.id = plan.id;
  RETURN NEW;
END $$;

-- An interview names a plan of its case that stands; a correction the plan of the row it corrects.
CREATE OR REPLACE FUNCTION wall.held_on_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (
      SELECT 1 FROM public.cases_jointplan p WHERE p.id = NEW.plan_id AND p.case_id = NEW.case_id
        AND (p.state IN ('agreed', 'moved')
             OR EXISTS (SELECT 1 FROM public.cases_interview i WHERE i.id = NEW.corrects_id AND i.plan_id = p.id))) THEN
    RAISE EXCEPTION 'no such plan' USING ERRCODE = '23514', CONSTRAINT = 'held_on_plan';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    act_triggers("cases_secondinterview", {"": "second_interview"}, by_line=True)
    + """
CREATE OR REPLACE TRIGGER asked_once BEFORE INSERT ON cases_interview FOR EACH ROW EXECUTE FUNCTION wall.asked_once();
CREATE OR REPLACE TRIGGER held_on_plan BEFORE INSERT ON cases_interview
  FOR EACH ROW WHEN (NEW.plan_id IS NOT NULL) EXECUTE FUNCTION wall.held_on_plan();
CREATE OR REPLACE TRIGGER b_stays BEFORE INSERT OR UPDATE ON cases_jointplan FOR EACH ROW EXECUTE FUNCTION wall.plan_stays();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_jointplan FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER b_follows BEFORE INSERT ON cases_jointevent FOR EACH ROW EXECUTE FUNCTION wall.plan_follows();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_interview FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_secondinterview FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
