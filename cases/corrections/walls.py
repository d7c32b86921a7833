"""When custody began or ended, and a step of a warrant, are corrected by two people, and by nothing else; their limits follow."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.moments import kept_by

TABLES = (
    act_table("cases_custodycorrection", content="reason"),
    act_table("cases_stepcorrection", content="reason, corrected_at"),
)

MOMENTS = {
    "cases_custodycorrection": {
        **act_moments("b_custody_correction_signed"),
        **dict.fromkeys(("held_at", "corrected_at", "confirm_by"), kept_by("c_held")),
    },
    "cases_stepcorrection": {
        **act_moments("b_warrant_step_correction_signed"),
        **dict.fromkeys(("held_at", "corrected_at"), kept_by("c_held")),
    },
}

FUNCTIONS = """
-- A correction is of a decision of its own case that took effect, and of the moment that this has: the database writes which. The
-- right one has come, and no approved change of place and no stay at a facility lies outside the custody then.
CREATE OR REPLACE FUNCTION wall.custody_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of public.cases_custodydecision;
  start uuid;
  since timestamptz;
  until timestamptz;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.decision_id, NEW.held_at, NEW.corrected_at, NEW.confirm_by)
       IS DISTINCT FROM (OLD.decision_id, OLD.held_at, OLD.corrected_at, OLD.confirm_by) THEN
      RAISE EXCEPTION 'a draft is about one decision and one moment' USING ERRCODE = '23514', CONSTRAINT = 'custody_held_stays';
    END IF;
    IF NEW.approved IS NOT TRUE OR OLD.approved THEN RETURN NEW; END IF;
  END IF;
  SELECT d.* INTO of FROM public.cases_custodydecision d WHERE d.id = NEW.decision_id AND d.case_id = NEW.case_id
    AND wall.custody_in_effect(d) FOR NO KEY UPDATE;
  IF TG_OP = 'INSERT' THEN NEW.held_at := of.effective_at; END IF;
  start := coalesce(of.start_id, of.id);
  SELECT CASE WHEN of.kind = 'start' THEN NEW.corrected_at ELSE s.effective_at END,
    CASE WHEN of.kind = 'end' THEN NEW.corrected_at ELSE coalesce(s.ended_at, 'infinity') END INTO since, until
  FROM public.cases_custodydecision s WHERE s.id = start;
  IF of.id IS NULL OR NEW.held_at <> of.effective_at OR NEW.corrected_at > wall.clock() + interval '10 minutes' OR since >= until
     OR (NEW.confirm_by IS NOT NULL AND (NOT of.is_oral OR NEW.confirm_by > NEW.corrected_at + interval '1 day'))
     OR EXISTS (SELECT 1 FROM public.cases_placechange m WHERE m.start_id = start AND m.approved
                AND (m.moved_at < since OR m.moved_at >= until))
     OR EXISTS (SELECT 1 FROM public.cases_admission a WHERE a.start_id = start
                AND (a.admitted_at < since OR a.admitted_at >= until))
     OR ((NEW.corrected_at AT TIME ZONE 'Asia/Tokyo')::date <> (NEW.held_at AT TIME ZONE 'Asia/Tokyo')::date AND of.kind = 'start'
         AND EXISTS (SELECT 1 FROM public.cases_continuing c WHERE c.start_id = start AND c.approved)) THEN
    RAISE EXCEPTION 'this moment contradicts what is recorded of the custody' USING ERRCODE = '23514', CONSTRAINT = 'custody_held';
  END IF;
  RETURN NEW;
END $$;

-- Whether a correction that is approved in this transaction says that a decision has this moment.
CREATE OR REPLACE FUNCTION wall.custody_corrected(decision uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_custodycorrection c
                 WHERE c.decision_id = decision AND c.corrected_at = at AND c.approved AND c.decided_at = wall.clock())
$$;

-- Whether a time limit takes the place of another by a correction that is approved in this transaction: of the kinds that are counted
-- from custody and from its warrant, and of no other.
CREATE OR REPLACE FUNCTION wall.is_corrected(limit_of public.cases_clock) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT limit_of.replaces_id IS NOT NULL AND (
    (limit_of.kind IN ('warrant', 'custody_end', 'warrant_review') AND EXISTS (
      SELECT 1 FROM public.cases_custodycorrection c
      WHERE c.case_id = limit_of.case_id AND c.approved AND c.decided_at = wall.clock()))
    OR (limit_of.kind = 'warrant_review' AND EXISTS (
      SELECT 1 FROM public.cases_stepcorrection c
      WHERE c.case_id = limit_of.case_id AND c.approved AND c.decided_at = wall.clock())))
$$;

-- A limit in the place of another, from a start until a day, met as the other was or at a moment of its own; the other one ends.
CREATE OR REPLACE FUNCTION wall.instead_of(k public.cases_clock, since timestamptz, until timestamptz, done timestamptz)
RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh uuid := gen_random_uuid();
BEGIN
  IF k.met_at IS NULL AND k.ended_at IS NULL THEN
    UPDATE public.cases_clock SET ended_at = wall.clock() WHERE id = k.id;
  END IF;
  INSERT INTO public.cases_clock (id, case_id, kind, started_at, due_at, met_at, met_by_id, replaces_id)
  VALUES (fresh, k.case_id, k.kind, since, until, done, CASE WHEN done IS NOT NULL THEN k.met_by_id END, k.id);
  RETURN fresh;
END $$;

-- The last moment of the n-th day in Japan after that of a moment.
CREATE OR REPLACE FUNCTION wall.days_after(at timestamptz, days integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ((at AT TIME ZONE 'Asia/Tokyo')::date + days + 1)::timestamp AT TIME ZONE 'Asia/Tokyo' - interval '1 microsecond'
$$;

-- The decision has the moment that was corrected in this transaction, and so have the limits that are counted from it: those that
-- run, and those that were kept, which may have been kept too late. Gives the new ones.
CREATE OR REPLACE FUNCTION wall.correct_custody(correction uuid) RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of public.cases_custodycorrection;
  begun public.cases_custodydecision;
  ended public.cases_custodydecision;
  k public.cases_clock;
BEGIN
  SELECT c.* INTO of FROM public.cases_custodycorrection c
  WHERE c.id = correction AND c.approved AND c.decided_at = wall.clock() AND wall.holds_on(c.case_id, 'view');
  IF of.id IS NULL THEN RETURN; END IF;
  UPDATE public.cases_custodydecision d SET effective_at = of.corrected_at, decided_for = coalesce(d.decided_for, of.held_at),
    confirm_by = CASE WHEN d.decided_at IS NULL THEN coalesce(of.confirm_by, d.confirm_by) ELSE d.confirm_by END
  WHERE d.id = of.decision_id AND d.effective_at = of.held_at RETURNING d.* INTO ended;
  IF ended.id IS NULL THEN RETURN; END IF;
  UPDATE public.cases_duty SET due_at = due_at + (of.corrected_at - of.held_at)
  WHERE case_id = of.case_id AND cause = of.decision_id AND kind = 'custody_hearing' AND done_at IS NULL;
  IF ended.kind = 'start' THEN
    FOR k IN SELECT c.* FROM public.cases_clock c
      WHERE c.case_id = of.case_id AND c.kind IN ('warrant', 'custody_end') AND c.started_at = of.held_at AND c.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM public.cases_clock n WHERE n.replaces_id = c.id) ORDER BY c.id FOR UPDATE
    LOOP
      RETURN NEXT wall.instead_of(k, of.corrected_at, CASE k.kind WHEN 'warrant' THEN wall.days_after(of.corrected_at, 6)
        ELSE wall.two_months_over(of.corrected_at) - interval '1 microsecond' END, k.met_at);
    END LOOP;
    SELECT d.* INTO begun FROM public.cases_custodydecision d WHERE d.id = of.decision_id;
  ELSE
    UPDATE public.cases_custodydecision SET ended_at = of.corrected_at WHERE id = ended.start_id RETURNING * INTO begun;
    -- The term and the limit of the reversal were met by this end, at its moment.
    FOR k IN SELECT c.* FROM public.cases_clock c
      WHERE c.case_id = of.case_id AND c.kind IN ('custody_end', 'warrant_review') AND c.met_at IN (of.held_at, ended.decided_at)
        AND c.started_at >= begun.effective_at
        AND NOT EXISTS (SELECT 1 FROM public.cases_clock n WHERE n.replaces_id = c.id) ORDER BY c.id FOR UPDATE
    LOOP
      RETURN NEXT wall.instead_of(k, k.started_at, k.due_at, greatest(k.started_at, least(of.corrected_at, wall.clock())));
    END LOOP;
  END IF;
  -- Custody that is over within seven days needs no warrant; over later, it needed one.
  IF begun.ended_at IS NOT NULL THEN
    FOR k IN SELECT c.* FROM public.cases_clock c
      WHERE c.case_id = of.case_id AND c.kind = 'warrant' AND c.started_at = begun.effective_at AND c.met_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM public.cases_clock n WHERE n.replaces_id = c.id) ORDER BY c.id FOR UPDATE
    LOOP
      IF k.ended_at IS NULL AND begun.ended_at <= k.due_at THEN
        UPDATE public.cases_clock SET ended_at = wall.clock() WHERE id = k.id;
      ELSIF k.ended_at IS NOT NULL AND begun.ended_at > k.due_at AND EXISTS (SELECT 1 FROM public.cases_custodydecision e
          WHERE e.start_id = begun.id AND e.approved AND k.ended_at IN (e.decided_at, of.decided_at))
        AND NOT EXISTS (SELECT 1 FROM public.cases_clock n WHERE n.case_id = of.case_id AND n.kind = 'warrant'
          AND n.met_at IS NULL AND n.ended_at IS NULL) THEN
        RETURN NEXT wall.instead_of(k, k.started_at, k.due_at, NULL);
      END IF;
    END LOOP;
  END IF;
END $$;

-- A correction is of a step of its own case that is not struck, and of the moment that this has. Only the last step is struck, and
-- a right moment lies between those of the steps around it.
CREATE OR REPLACE FUNCTION wall.step_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of public.cases_warrantstep;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'UPDATE' AND (NEW.step_id, NEW.held_at) IS DISTINCT FROM (OLD.step_id, OLD.held_at) THEN
    RAISE EXCEPTION 'a draft is about one step' USING ERRCODE = '23514', CONSTRAINT = 'step_held_stays';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.approved IS NOT TRUE OR OLD.approved)
     AND NEW.corrected_at IS NOT DISTINCT FROM OLD.corrected_at THEN
    RETURN NEW;
  END IF;
  SELECT s.* INTO of FROM public.cases_warrantstep s
  WHERE s.id = NEW.step_id AND s.case_id = NEW.case_id AND s.struck_at IS NULL;
  PERFORM FROM public.cases_warrantrequest r WHERE r.id = of.request_id FOR NO KEY UPDATE;
  IF TG_OP = 'INSERT' THEN NEW.held_at := of.happened_at; END IF;
  IF of.id IS NULL OR NEW.held_at <> of.happened_at OR NEW.corrected_at > wall.clock() + interval '10 minutes'
     OR NEW.corrected_at < coalesce((SELECT b.happened_at FROM public.cases_warrantstep b WHERE b.id = of.follows_id),
                                    (SELECT r.requested_at FROM public.cases_warrantrequest r WHERE r.id = of.request_id))
     OR EXISTS (SELECT 1 FROM public.cases_warrantstep n WHERE n.follows_id = of.id AND n.struck_at IS NULL
                AND (NEW.corrected_at IS NULL OR n.happened_at < NEW.corrected_at)) THEN
    RAISE EXCEPTION 'this contradicts the steps around it' USING ERRCODE = '23514', CONSTRAINT = 'step_held';
  END IF;
  RETURN NEW;
END $$;

-- The step is struck, or has the moment that was corrected in this transaction; the limit of the reversal follows while custody goes
-- on (Child Welfare Act, Art. 33 (7)). Gives the new limits.
CREATE OR REPLACE FUNCTION wall.correct_warrant_step(correction uuid) RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of public.cases_stepcorrection;
  step public.cases_warrantstep;
  k public.cases_clock;
  lasts boolean;
BEGIN
  SELECT c.* INTO of FROM public.cases_stepcorrection c
  WHERE c.id = correction AND c.approved AND c.decided_at = wall.clock() AND wall.holds_on(c.case_id, 'view');
  IF of.id IS NULL THEN RETURN; END IF;
  UPDATE public.cases_warrantstep s SET happened_at = coalesce(of.corrected_at, s.happened_at),
    struck_at = CASE WHEN of.corrected_at IS NULL THEN wall.clock() END
  WHERE s.id = of.step_id AND s.happened_at = of.held_at AND s.struck_at IS NULL RETURNING s.* INTO step;
  IF step.id IS NULL OR step.kind NOT IN ('rejected', 'review_asked') THEN RETURN; END IF;
  lasts := EXISTS (SELECT 1 FROM public.cases_warrantrequest r JOIN public.cases_custodydecision d ON d.id = r.decision_id
                   WHERE r.id = step.request_id AND d.ended_at IS NULL);
  FOR k IN SELECT c.* FROM public.cases_clock c
    WHERE c.case_id = of.case_id AND c.kind = 'warrant_review'
      AND CASE step.kind WHEN 'rejected' THEN c.started_at = of.held_at ELSE c.met_at = of.held_at END AND c.ended_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM public.cases_clock n WHERE n.replaces_id = c.id) ORDER BY c.id FOR UPDATE
  LOOP
    IF of.corrected_at IS NULL AND step.kind = 'rejected' THEN
      IF k.met_at IS NULL THEN UPDATE public.cases_clock SET ended_at = wall.clock() WHERE id = k.id; END IF;
    ELSIF of.corrected_at IS NULL THEN
      IF lasts THEN RETURN NEXT wall.instead_of(k, k.started_at, k.due_at, NULL); END IF;
    ELSIF step.kind = 'rejected' THEN
      RETURN NEXT wall.instead_of(k, of.corrected_at, wall.days_after(of.corrected_at, 3), k.met_at);
    ELSE
      RETURN NEXT wall.instead_of(k, k.started_at, k.due_at, of.corrected_at);
    END IF;
  END LOOP;
END $$;
"""

CALLERS = {"runtime": ("correct_custody(uuid)", "correct_warrant_step(uuid)")}

TRIGGERS = (
    act_triggers("cases_custodycorrection", {"": "custody_correction"})
    + act_triggers("cases_stepcorrection", {"": "warrant_step_correction"})
    + """
CREATE OR REPLACE TRIGGER c_held BEFORE INSERT OR UPDATE ON cases_custodycorrection
  FOR EACH ROW EXECUTE FUNCTION wall.custody_held();
CREATE OR REPLACE TRIGGER c_held BEFORE INSERT OR UPDATE ON cases_stepcorrection
  FOR EACH ROW EXECUTE FUNCTION wall.step_held();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_custodycorrection
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_stepcorrection
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
