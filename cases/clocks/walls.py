"""A clock belongs to its case. Its start never changes, and it is met or ended once."""

from security.walls.declare import of_case
from security.walls.moments import WALL, by, kept_by

TABLES = (of_case("cases_clock", update="met_at, met_by_id"),)

MOMENTS = {
    "cases_clock": {
        "started_at": kept_by("stays"),
        "due_at": kept_by("stays"),
        "met_at": kept_by("stays"),
        "met_by_id": by("met_at"),
        "ended_at": WALL,
    },
}

FUNCTIONS = """
-- Raw SQL of the application cannot postpone a date. A clock whose duty can be done beforehand (the warrant) may start, and be met,
-- before custody does; any other starts with what has happened, and is met between its start and now. An earlier clock of the
-- same kind takes the place of the running one.
CREATE OR REPLACE FUNCTION wall.clock_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  latest timestamptz := wall.clock() + interval '10 minutes';
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT wall.is_seeder() AND (((NEW.met_at IS NOT NULL OR NEW.met_by_id IS NOT NULL) AND NOT wall.is_corrected(NEW))
       OR (NEW.kind NOT IN ('custody_end', 'placement_term')  -- they start with a decision, also for a coming day
           AND NEW.started_at > latest + CASE NEW.kind WHEN 'warrant' THEN '31 days' ELSE '0 days' END::interval)) THEN
      RAISE EXCEPTION 'a clock starts with what has come, and runs before it is met'
        USING ERRCODE = '23514', CONSTRAINT = 'clock_stays';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM public.cases_clock k WHERE k.id = NEW.replaces_id AND k.case_id = NEW.case_id AND k.kind = NEW.kind
         AND (k.ended_at IS NOT NULL OR k.due_at > NEW.due_at OR wall.is_corrected(NEW))) THEN
      RAISE EXCEPTION 'a clock replaces an ended one, or one that is due later' USING ERRCODE = '23514', CONSTRAINT = 'clock_stays';
    END IF;
    IF NEW.met_at IS NOT NULL THEN RETURN NEW; END IF;  -- it was kept, and is in the way of none that runs
    UPDATE public.cases_clock k SET ended_at = wall.clock()
    WHERE k.case_id = NEW.case_id AND k.kind = NEW.kind AND k.met_at IS NULL AND k.ended_at IS NULL AND k.due_at > NEW.due_at
      AND (wall.is_seeder() OR wall.holds_on(k.case_id, 'edit'));
    RETURN NEW;
  END IF;
  IF (NEW.case_id, NEW.kind, NEW.started_at, NEW.due_at, NEW.replaces_id)
       IS DISTINCT FROM (OLD.case_id, OLD.kind, OLD.started_at, OLD.due_at, OLD.replaces_id)
     OR OLD.met_at IS NOT NULL OR OLD.ended_at IS NOT NULL
     OR (NOT wall.is_seeder() AND (NEW.met_at > latest OR (NEW.met_at < NEW.started_at AND NEW.kind NOT IN ('warrant', 'custody_end', 'placement_term')))) THEN
    RAISE EXCEPTION 'a started clock cannot be changed, and is met once, after its start' USING ERRCODE = '23514', CONSTRAINT = 'clock_stays';
  END IF;
  RETURN NEW;
END $$;

-- A clock ends without being met only where its reason ended. The limits until which the child is to be seen: a decision of this
-- transaction closes the case, or ends every receipt of a case that was never accepted. The limit of the warrant: custody ended within it or never began, and no other is in effect, or the person
-- with parental authority has answered in this transaction (the answer is sealed). The limit of custody itself: in this transaction the
-- oral decision that began it was not approved.
CREATE OR REPLACE FUNCTION wall.end_clock(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  row public.cases_clock;
BEGIN
  SELECT k.* INTO row FROM public.cases_clock k WHERE k.id = which AND wall.holds_on(k.case_id, 'edit') FOR UPDATE;
  IF row.id IS NULL OR row.met_at IS NOT NULL OR row.ended_at IS NOT NULL OR NOT (CASE row.kind
      WHEN 'warrant' THEN (EXISTS (
        SELECT 1 FROM public.cases_custodydecision d
        WHERE d.case_id = row.case_id AND d.kind = 'start' AND (d.ended_at <= row.due_at OR (d.is_oral AND NOT d.approved)))
        AND NOT EXISTS (
        SELECT 1 FROM public.cases_custodydecision d
        WHERE d.case_id = row.case_id AND d.kind = 'start' AND d.ended_at IS NULL
          AND wall.custody_in_effect(d)))
      OR EXISTS (
        SELECT 1 FROM public.cases_consentanswer a
        WHERE a.case_id = row.case_id AND a.recorded_by_id = wall.my_position() AND a.recorded_at >= wall.begun())
      WHEN 'custody_end' THEN EXISTS (
        SELECT 1 FROM public.cases_custodydecision d
        WHERE d.case_id = row.case_id AND d.kind = 'start' AND d.is_oral AND NOT d.approved AND d.decided_at >= wall.begun())
      WHEN 'placement_term' THEN false
      ELSE EXISTS (
        SELECT 1 FROM public.cases_closingdecision d
        WHERE d.case_id = row.case_id AND d.approved AND d.decided_at >= wall.begun())
      OR wall.receipts_ended(row.case_id) END) THEN
    RAISE EXCEPTION 'this clock cannot be ended: its reason is still there' USING ERRCODE = '23514', CONSTRAINT = 'clock_ends_by_act';
  END IF;
  UPDATE public.cases_clock SET ended_at = wall.clock() WHERE id = which;
END $$;

-- The limits that run from a moment which a decision of this transaction corrects end, and run anew from the right one for as long as
-- before: earlier or later, two people said so. Where the draft was returned or taken back, what it made stricter runs as before it.
CREATE OR REPLACE FUNCTION wall.correct_clocks(decision uuid) RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of public.cases_receivedcorrection;
  new_start timestamptz;
  row public.cases_clock;
  fresh uuid;
BEGIN
  SELECT d.* INTO of FROM public.cases_receivedcorrection d
  WHERE d.id = decision AND wall.clock() IN (d.decided_at, d.taken_back_at) AND wall.holds_on(d.case_id, 'view');
  new_start := CASE WHEN of.approved THEN of.corrected_at ELSE of.held_at END;
  FOR row IN
    SELECT k.* FROM public.cases_clock k
    WHERE k.case_id = of.case_id AND k.kind IN ('safety', 'contact') AND k.met_at IS NULL AND k.ended_at IS NULL
      AND CASE WHEN of.approved THEN k.started_at = of.held_at ELSE k.started_at = of.corrected_at AND EXISTS (
        SELECT 1 FROM public.cases_clock r WHERE r.id = k.replaces_id AND r.started_at = of.held_at) END
    ORDER BY k.id FOR UPDATE
  LOOP
    UPDATE public.cases_clock SET ended_at = wall.clock() WHERE id = row.id;
    INSERT INTO public.cases_clock (id, case_id, kind, started_at, due_at, replaces_id)
    VALUES (gen_random_uuid(), row.case_id, row.kind, new_start, new_start + (row.due_at - row.started_at), row.id)
    RETURNING id INTO fresh;
    RETURN NEXT fresh;
  END LOOP;
END $$;

-- For a supervisor: what each person in charge in the line has in hand. Numbers alone, and only of open cases that the caller sees:
-- a case from which the caller is barred is not counted.
CREATE OR REPLACE FUNCTION wall.workload(most integer DEFAULT NULL) RETURNS TABLE (
  lead uuid, cases integer, urgent integer, overdue integer, duties integer, oldest_entry timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH line AS MATERIALIZED (
    SELECT DISTINCT g.held_case FROM wall.my_grants g
    WHERE g.held_permission = ANY((SELECT wall.permissions_from('manage'))::integer[]) LIMIT most + 1),
  held AS MATERIALIZED (
    SELECT c.id, c.urgency, c.opened_at, l.position_id FROM line g
    JOIN public.cases_case c ON c.id = g.held_case AND c.stage <> 'closed'
    JOIN public.cases_grant l ON l.case_id = c.id AND l.relation = 'lead' AND l.ended_at IS NULL
      AND l.starts_at <= (SELECT wall.begun()) AND (l.ends_at IS NULL OR l.ends_at > (SELECT wall.moment()))
    WHERE (SELECT wall.my_role()) = 'supervisor' AND (most IS NULL OR (SELECT count(*) FROM line) <= most))
  SELECT h.position_id, count(*)::integer, count(*) FILTER (WHERE h.urgency IN ('AA', 'A'))::integer,
    coalesce(sum(k.overdue), 0)::integer, coalesce(sum(d.open), 0)::integer, min(coalesce(p.written_at, h.opened_at))
  FROM held h
  LEFT JOIN (SELECT k.case_id, count(*) AS overdue FROM public.cases_clock k
    WHERE k.case_id = ANY (ARRAY(SELECT id FROM held)) AND k.met_at IS NULL AND k.ended_at IS NULL
      AND k.due_at < (SELECT wall.moment())
    GROUP BY k.case_id) k ON k.case_id = h.id
  LEFT JOIN (SELECT d.case_id, count(*) AS open FROM public.cases_duty d
    WHERE d.case_id = ANY (ARRAY(SELECT id FROM held)) AND d.done_at IS NULL GROUP BY d.case_id) d ON d.case_id = h.id
  LEFT JOIN LATERAL (SELECT p.written_at FROM public.cases_progressentry p WHERE p.case_id = h.id
    ORDER BY p.written_at DESC, p.id DESC LIMIT 1) p ON true
  GROUP BY h.position_id
$$;
"""

CALLERS = {"runtime": ("end_clock(uuid)", "correct_clocks(uuid)", "workload(integer)")}

TRIGGERS = """
CREATE OR REPLACE TRIGGER stays BEFORE INSERT OR UPDATE ON cases_clock FOR EACH ROW EXECUTE FUNCTION wall.clock_stays();
"""
