"""A guideline takes two people, rests on what was decided in its own case, is evaluated in time, and one of a case is in force."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from cases.guidelines.models import Guideline, GuidelineReview
from security.walls.declare import of_case
from security.walls.moments import NOW, POST, WALL, kept_by


def _columns(content: tuple[str, ...], links: tuple[str, ...]) -> str:
    return ", ".join(f"{name}_id" if name in links else name for name in content)


LATER = ("superseded_at", "ended_at")
TABLES = (
    act_table("cases_guideline", content=_columns(Guideline.CONTENT, Guideline.LINKS)),
    act_table("cases_guidelinereview", content=_columns(GuidelineReview.CONTENT, ("guideline",))),
    of_case("cases_guidelinetold"),
)

MOMENTS = {
    "cases_guideline": {
        **act_moments("b_guideline_signed"),
        "review_on": kept_by("act_stays"),
        **dict.fromkeys(LATER, WALL),
    },
    "cases_guidelinereview": {
        **act_moments("b_guideline_review_signed"),
        "next_on": kept_by("act_stays"),
    },
    "cases_guidelinetold": {"recorded_at": NOW, "recorded_by_id": POST},
}

FUNCTIONS = """
-- The last day on which a guideline of a case is evaluated, counted from today: as many months ahead as its office sets.
CREATE OR REPLACE FUNCTION wall.guideline_until(of_case uuid) RETURNS date LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT (wall.today() + make_interval(months => o.guideline_months))::date
  FROM public.cases_case c JOIN public.agencies_office o ON o.id = c.office_id WHERE c.id = of_case
$$;

-- A guideline rests on what was decided, or received, in its own case, and is evaluated in time. What is returned or taken back is not
-- looked at again.
CREATE OR REPLACE FUNCTION wall.guideline_rests() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND (NEW.item_id, NEW.judgement_id, NEW.council_id, NEW.review_on)
       IS NOT DISTINCT FROM (OLD.item_id, OLD.judgement_id, OLD.council_id, OLD.review_on) THEN
    RETURN NEW;
  END IF;
  IF (NEW.item_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.cases_conferenceitem i WHERE i.id = NEW.item_id AND i.case_id = NEW.case_id AND i.approved))
     OR (NEW.judgement_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.cases_judgement j WHERE j.id = NEW.judgement_id AND j.case_id = NEW.case_id AND j.approved))
     OR (NEW.council_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.cases_councilrecord r
        WHERE r.id = NEW.council_id AND r.case_id = NEW.case_id AND r.step = 'heard')) THEN
    RAISE EXCEPTION 'a guideline rests on what was decided in its case' USING ERRCODE = '23514', CONSTRAINT = 'guideline_rests';
  END IF;
  IF NEW.review_on NOT BETWEEN wall.today() AND wall.guideline_until(NEW.case_id) THEN
    RAISE EXCEPTION 'a guideline is evaluated in time' USING ERRCODE = '23514', CONSTRAINT = 'guideline_in_time';
  END IF;
  RETURN NEW;
END $$;

-- Before a guideline is approved, the one that was in force gives way to it: one of a case is in force.
CREATE OR REPLACE FUNCTION wall.guideline_supersedes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  UPDATE public.cases_guideline SET superseded_at = wall.clock()
  WHERE case_id = NEW.case_id AND id <> NEW.id AND approved AND superseded_at IS NULL AND ended_at IS NULL;
  RETURN NEW;
END $$;

-- An evaluation is of the guideline of its case that is in force, and the next one comes in time. One that was returned or taken back
-- is not looked at again.
CREATE OR REPLACE FUNCTION wall.review_rests() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND (OLD.decided_at IS NOT NULL OR (NEW.approved IS NOT TRUE
     AND (NEW.guideline_id, NEW.next_on) IS NOT DISTINCT FROM (OLD.guideline_id, OLD.next_on))) THEN
    RETURN NEW;
  END IF;
  PERFORM 1 FROM public.cases_guideline g WHERE g.id = NEW.guideline_id AND g.case_id = NEW.case_id FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT 1 FROM public.cases_guideline g WHERE g.id = NEW.guideline_id AND g.case_id = NEW.case_id
                   AND g.approved AND g.superseded_at IS NULL AND g.ended_at IS NULL) THEN
    RAISE EXCEPTION 'what is evaluated is the guideline in force' USING ERRCODE = '23514', CONSTRAINT = 'review_of_guideline';
  END IF;
  IF NEW.next_on NOT BETWEEN wall.today() AND wall.guideline_until(NEW.case_id) THEN
    RAISE EXCEPTION 'the next evaluation comes in time' USING ERRCODE = '23514', CONSTRAINT = 'review_in_time';
  END IF;
  RETURN NEW;
END $$;

-- An approved evaluation without a next one ends the guideline.
CREATE OR REPLACE FUNCTION wall.guideline_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_guideline SET ended_at = wall.clock()
  WHERE id = NEW.guideline_id AND superseded_at IS NULL AND ended_at IS NULL;
  RETURN NULL;
END $$;

-- The child is told of a guideline of its case that is in force.
CREATE OR REPLACE FUNCTION wall.told_of_guideline() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_guideline g WHERE g.id = NEW.guideline_id AND g.case_id = NEW.case_id
                   AND g.approved AND g.superseded_at IS NULL AND g.ended_at IS NULL) THEN
    RAISE EXCEPTION 'the child is told of the guideline in force' USING ERRCODE = '23514', CONSTRAINT = 'told_of_guideline';
  END IF;
  RETURN NEW;
END $$;

-- Whether what is owed on a guideline was done: the child told; or evaluated after what the duty follows from (the guideline, or the
-- evaluation before). Of one that is in force no more nothing is owed.
CREATE OR REPLACE FUNCTION wall.guideline_settled(of_kind text, of_case uuid, cause uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.cases_guideline g
    LEFT JOIN public.cases_guidelinereview before ON before.id = cause AND before.guideline_id = g.id
    WHERE g.case_id = of_case AND (g.id = cause OR before.id IS NOT NULL)
      AND (g.superseded_at IS NOT NULL OR g.ended_at IS NOT NULL
           OR (of_kind = 'guideline_told' AND EXISTS (
             SELECT 1 FROM public.cases_guidelinetold t WHERE t.guideline_id = g.id AND t.case_id = of_case))
           OR (of_kind = 'guideline_review' AND EXISTS (
             SELECT 1 FROM public.cases_guidelinereview r WHERE r.guideline_id = g.id AND r.approved
               AND r.decided_at > coalesce(before.decided_at, '-infinity')))))
$$;

-- For a job: tells whoever is in charge and supervises of evaluations that come up within the days that the office sets; of how many.
-- Each is told once of each (the cause of a notice), also who took over meanwhile. Where nobody is in charge, the directors are.
CREATE OR REPLACE FUNCTION wall.warn_guidelines() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of record;
  told integer := 0;
BEGIN
  FOR of IN
    SELECT d.id, d.case_id, c.number, c.office_id
    FROM public.cases_duty d JOIN public.cases_case c ON c.id = d.case_id JOIN public.agencies_office o ON o.id = c.office_id
    WHERE d.kind = 'guideline_review' AND d.done_at IS NULL
      AND d.due_at - make_interval(days => o.guideline_warn_days) <= wall.clock()
    ORDER BY d.due_at, d.id
  LOOP
    PERFORM wall.notify(wall.told_of_limit(of.case_id, of.office_id, 'due'), 'clock_soon', of.number,
                        '/cases/' || of.case_id || '/duties/' || of.id || '/', 'guideline:' || of.id);
    told := told + 1;
  END LOOP;
  RETURN told;
END $$;
"""

CALLERS = {"worker": ("warn_guidelines()",)}

TRIGGERS = (
    act_triggers("cases_guideline", {"": "guideline"}, later=LATER)
    + act_triggers("cases_guidelinereview", {"": "guideline_review"})
    + """
CREATE OR REPLACE TRIGGER a_rests BEFORE INSERT OR UPDATE ON cases_guideline
  FOR EACH ROW EXECUTE FUNCTION wall.guideline_rests();
CREATE OR REPLACE TRIGGER a_supersedes BEFORE UPDATE OF approved ON cases_guideline
  FOR EACH ROW WHEN (NEW.approved AND OLD.approved IS NULL) EXECUTE FUNCTION wall.guideline_supersedes();
CREATE OR REPLACE TRIGGER a_rests BEFORE INSERT OR UPDATE ON cases_guidelinereview
  FOR EACH ROW EXECUTE FUNCTION wall.review_rests();
CREATE OR REPLACE TRIGGER ends AFTER UPDATE OF approved ON cases_guidelinereview
  FOR EACH ROW WHEN (NEW.approved AND OLD.approved IS NULL AND NEW.next_on IS NULL) EXECUTE FUNCTION wall.guideline_ends();
CREATE OR REPLACE TRIGGER b_told BEFORE INSERT ON cases_guidelinetold FOR EACH ROW EXECUTE FUNCTION wall.told_of_guideline();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_guideline FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_guidelinereview FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_guidelinetold FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
