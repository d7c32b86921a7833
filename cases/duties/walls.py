"""A duty belongs to its case; its content never changes, and that it was done is written once."""

from django.utils.translation import gettext_lazy as _

from security.walls.declare import Held, of_case
from security.walls.moments import NOW, kept_by

TABLES = (of_case("cases_duty", update="done_at, done_by_id, note, owner_id"),)

MOMENTS = {
    "cases_duty": {"left_at": NOW, **dict.fromkeys(("due_at", "done_at", "done_by_id"), kept_by("stays"))}
}

# What passes to a successor until then is not left.
OPEN = """
  SELECT d.case_id FROM public.cases_duty d WHERE d.owner_id = which AND d.done_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM public.cases_handover h WHERE h.case_id = d.case_id AND h.from_position_id = which
                    AND h.cancelled_at IS NULL AND h.settled_at IS NULL AND h.begins_at <= after.at)
"""
HELD = {"duties": Held(_("open duties"), OPEN)}

FUNCTIONS = """
-- Whether the acting position may tell of this page: of a case, and of a duty of that case, which it can open. Called by wall.tell.
CREATE OR REPLACE FUNCTION wall.may_lead_to(of_kind text, leads_to text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_case uuid := substring(leads_to FROM '/cases/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})')::uuid;
  duty uuid := substring(leads_to FROM '/duties/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})')::uuid;
BEGIN
  IF of_case IS NOT NULL AND NOT wall.holds_on(of_case, 'view') THEN RETURN false; END IF;
  IF of_kind <> 'duty_open' AND duty IS NULL THEN RETURN true; END IF;
  RETURN EXISTS (SELECT 1 FROM public.cases_duty d WHERE d.id = duty AND d.case_id = of_case);
END $$;

-- Whether the act that a duty waits for was recorded; NULL for a kind that is done by writing how. One line for each kind that a room
-- declares as done by an act; each asks a function of that room.
CREATE OR REPLACE FUNCTION wall.act_settled(kind text, of_case uuid, cause uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF kind = 'custody_hearing' THEN RETURN wall.hearing_settled(of_case, cause); END IF;
  IF kind = 'custody_expected' THEN RETURN wall.expected_settled(of_case, cause); END IF;
  IF kind = 'left_police' THEN RETURN wall.leaving_settled(of_case, cause); END IF;
  IF kind IN ('conference_hearing', 'council_hearing', 'council_report') THEN RETURN wall.item_settled(kind, of_case, cause); END IF;
  IF kind IN ('guideline_told', 'guideline_review') THEN RETURN wall.guideline_settled(kind, of_case, cause); END IF;
  IF kind IN ('counseling_review', 'counseling_report') THEN RETURN wall.counseling_settled(kind, of_case, cause); END IF;
  IF kind IN ('reliance_first', 'reliance_review') THEN RETURN wall.reliance_settled(of_case, cause); END IF;
  IF kind = 'placement_visit' THEN RETURN wall.placement_visited(of_case, cause); END IF;
  IF kind = 'diagnosis' THEN RETURN wall.diagnosis_settled(of_case, cause); END IF;
  IF kind = 'police_answer' THEN RETURN wall.answer_accepted(of_case, cause); END IF;
  IF kind = 'environment' THEN RETURN wall.environment_settled(of_case, cause); END IF;
  IF kind IN ('entrusted_answer', 'entrusted_read', 'entrusted_report', 'entrusted_review') THEN
    RETURN wall.entrusted_settled(kind, of_case, cause);
  END IF;
  IF kind = 'warrant_supplement' THEN RETURN wall.supplement_settled(of_case, cause); END IF;
  IF kind = 'welfare_decision' THEN RETURN wall.welfare_settled(of_case, cause); END IF;
  RETURN NULL;
END $$;

-- A duty begins undone, with an owner who is not barred from it. It keeps its day, unless a correction of when custody
-- began or ended moves it, and is done once, by the calling identity, who is
-- its owner or of the supervisor line and not barred from it. Its owner changes only to a person of the line who takes it over in
-- their own name, as when the owner has left. What is owed by an act, as the
-- hearing of a child, is done by whoever records that, and by nothing else.
CREATE OR REPLACE FUNCTION wall.duty_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  may_change text[] := ARRAY['done_at', 'done_by_id', 'note', 'owner_id']
    || CASE WHEN NEW.kind = 'custody_hearing' AND EXISTS (SELECT 1 FROM public.cases_custodycorrection c
              WHERE c.decision_id = NEW.cause AND c.approved AND c.decided_at = wall.clock()) THEN ARRAY['due_at'] ELSE '{}' END;
  is_handed_over boolean;
  settled boolean;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF (NEW.done_at, NEW.done_by_id, NEW.note) IS DISTINCT FROM (NULL, NULL, NULL) THEN
      RAISE EXCEPTION 'a new duty has not been done' USING ERRCODE = '23514', CONSTRAINT = 'duty_stays';
    END IF;
    IF EXISTS (SELECT 1 FROM public.agencies_position p WHERE p.id = NEW.owner_id AND p.staff_id = ANY(NEW.barred)) THEN
      RAISE EXCEPTION 'the owner of a duty is barred from it' USING ERRCODE = '23514', CONSTRAINT = 'duty_barred';
    END IF;
    -- That of a child who was not seen in time is left by the watch, after the limit: one that is due later would keep it from that.
    IF NOT wall.is_seeder() AND NEW.kind = 'inspection' AND (NEW.due_at > wall.clock() + interval '1 day' OR NOT EXISTS (
        SELECT 1 FROM public.cases_clock k WHERE k.id = NEW.cause AND k.case_id = NEW.case_id AND k.kind = 'safety'
          AND k.due_at <= wall.clock())) THEN
      RAISE EXCEPTION 'this duty follows a limit that has passed' USING ERRCODE = '23514', CONSTRAINT = 'duty_stays';
    END IF;
    RETURN NEW;
  END IF;
  is_handed_over := NEW.owner_id <> OLD.owner_id AND NEW.done_at IS NULL AND EXISTS (
    SELECT 1 FROM public.cases_handover h JOIN public.agencies_position p ON p.id = h.to_position_id
    WHERE h.case_id = NEW.case_id AND h.from_position_id = OLD.owner_id AND h.to_position_id = NEW.owner_id
      AND h.settled_at = wall.clock() AND NOT p.staff_id = ANY(NEW.barred));  -- within the hand-over itself
  IF OLD.done_at IS NOT NULL OR to_jsonb(NEW) - may_change IS DISTINCT FROM to_jsonb(OLD) - may_change
     OR (NOT is_handed_over AND (wall.my_staff() = ANY(NEW.barred)
         OR (NEW.owner_id <> OLD.owner_id AND (NEW.owner_id IS DISTINCT FROM wall.my_position()
             OR NOT wall.holds_on(NEW.case_id, 'manage'))))) THEN
    RAISE EXCEPTION 'a duty is changed only by doing it or by taking it over' USING ERRCODE = '23514', CONSTRAINT = 'duty_stays';
  END IF;
  IF NOT wall.is_seeder() AND NEW.done_at IS NOT NULL THEN
    settled := wall.act_settled(NEW.kind, NEW.case_id, NEW.cause);
    IF NOT settled THEN
      RAISE EXCEPTION 'what is owed is done by recording it' USING ERRCODE = '23514', CONSTRAINT = 'duty_by_act';
    END IF;
    IF settled IS NULL AND NEW.owner_id IS DISTINCT FROM wall.my_position() AND NOT wall.holds_on(NEW.case_id, 'manage') THEN
      RAISE EXCEPTION 'a duty is done by its owner or a supervisor' USING ERRCODE = '23514', CONSTRAINT = 'duty_stays';
    END IF;
    NEW.done_at := wall.clock();
    NEW.done_by_id := wall.my_position();
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER stays BEFORE INSERT OR UPDATE ON cases_duty FOR EACH ROW EXECUTE FUNCTION wall.duty_stays();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_duty FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
