"""Who is told of a limit, and when. The database alone marks and tells, in one transaction, so that each step is told once."""

from cases.clocks.codes import BEFORE_SOON, DIRECTORS_TOO, WARNED_BY, ClockWarningStep
from security.walls.declare import SIGNED_IN, Policy, Recorded, Table

FAR, NEAR, SOON, DUE, LATE = (step.value for step in ClockWarningStep)
# The reader of a warning reads its clock.
CLOCK_SEEN = "(SELECT true FROM public.cases_clock k WHERE k.id = cases_clockwarning.clock_id LIMIT 1)"
BEFORE = " ".join(
    f"WHEN '{kind.value}' THEN make_interval(hours => o.{rule} * {hours})"
    for kind, (rule, hours) in WARNED_BY.items()
)


def _days_before(step: ClockWarningStep) -> str:
    """SQL: how long before the limit a step is told that only some limits have; NULL for the others."""
    kinds = " ".join(
        f"WHEN '{kind.value}' THEN make_interval(days => o.{rules[step]})"
        for kind, rules in BEFORE_SOON.items()
    )
    return f"CASE k.kind {kinds} END"


ALL_OF_THEM = ", ".join(f"'{kind.value}'" for kind in sorted(DIRECTORS_TOO))

TABLES = (
    Table(
        "cases_clockwarning",
        {"runtime": "SELECT"},
        (Policy("SELECT", using=CLOCK_SEEN),),
        recorded=Recorded("clock_id", through="cases_clock"),
    ),
    Table(
        "cases_clocksweep",
        {"runtime": "SELECT"},
        (Policy("SELECT", using=SIGNED_IN),),
        unrecorded="when limits and duties were watched last; nothing of a case",
    ),
)

FUNCTIONS = f"""
-- Who is in charge of an office as a whole: its directors, except those barred from the case. No role may call it.
CREATE OR REPLACE FUNCTION wall.directors_for(of_office uuid, of_case uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id FROM public.agencies_position p
  WHERE p.office_id = of_office AND p.role = 'director' AND wall.position_holds(p.id)
    AND NOT EXISTS (SELECT 1 FROM public.cases_block b
                    WHERE b.case_id = of_case AND b.staff_id = p.staff_id AND b.ended_at IS NULL)
$$;

-- Whom a step of a limit is told: the one in charge when it is near, the supervisors too when it has passed, the directors too when
-- that is hours ago. Where nobody is in charge, or nobody supervises, all of them from the first step on.
CREATE OR REPLACE FUNCTION wall.told_of_limit(of_case uuid, of_office uuid, step text) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  directors uuid[] := ARRAY(SELECT wall.directors_for(of_office, of_case));
  leads uuid[] := ARRAY(SELECT wall.positions_on_case(of_case, ARRAY['lead']));
  line uuid[] := ARRAY(SELECT p FROM wall.positions_on_case(of_case, ARRAY['line']) p
                       WHERE NOT EXISTS (SELECT 1 FROM public.agencies_position d WHERE d.id = p AND d.role = 'director'));
BEGIN
  IF step = '{LATE}' OR cardinality(leads) = 0 OR cardinality(line) = 0 THEN RETURN leads || line || directors; END IF;
  RETURN CASE step WHEN '{SOON}' THEN leads ELSE leads || line END;
END $$;

-- The child of a notification was not seen in time (Child Abuse Prevention Act, Art. 8): that an on-site inspection (Art. 9) and the
-- help of the police (Art. 10) are considered is owed within a day by whoever is in charge, else by who supervises, else by a
-- director. The supervisors are told, too. One such duty at a time is open on a case. No role may call it.
CREATE OR REPLACE FUNCTION wall.consider_inspection(of_clock uuid, of_case uuid, of_office uuid, of_number text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  line uuid[] := ARRAY(SELECT p FROM wall.positions_on_case(of_case, ARRAY['line']) p
                       WHERE NOT EXISTS (SELECT 1 FROM public.agencies_position d WHERE d.id = p AND d.role = 'director') ORDER BY p);
  whose uuid := coalesce((SELECT min(p::text)::uuid FROM wall.positions_on_case(of_case, ARRAY['lead']) p), line[1],
    (SELECT min(p::text)::uuid FROM wall.directors_for(of_office, of_case) p));
  fresh uuid := gen_random_uuid();
BEGIN
  IF whose IS NULL OR EXISTS (SELECT 1 FROM public.cases_case c WHERE c.id = of_case AND c.stage = 'closed')
     OR EXISTS (SELECT 1 FROM public.cases_duty d WHERE d.case_id = of_case AND d.kind = 'inspection' AND d.done_at IS NULL) THEN
    RETURN;
  END IF;
  INSERT INTO public.cases_duty (id, case_id, kind, cause, owner_id, barred, left_at, due_at)
  VALUES (fresh, of_case, 'inspection', of_clock, whose, '{{}}', wall.clock(), wall.clock() + interval '1 day');
  PERFORM wall.notify(whose || line, 'duty_open', of_number, '/cases/' || of_case || '/duties/' || fresh || '/', fresh::text);
END $$;

-- For a job: tells what is to be told of running limits, 500 steps at most, what is due first at the top; how many. A step of a
-- limit is marked and told in one transaction, so each is told once, wherever the job is cut off and however many of them run.
-- What has passed is no longer near, and of the steps before the limit the latest alone is told. The step
-- in a cause: each is told, although the words are the same.
CREATE OR REPLACE FUNCTION wall.warn_clocks() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of record;
  told integer := 0;
BEGIN
  FOR of IN
    SELECT k.id, k.case_id, k.kind, c.number, c.office_id, s.step
    FROM public.cases_clock k JOIN public.cases_case c ON c.id = k.case_id JOIN public.agencies_office o ON o.id = c.office_id
    CROSS JOIN LATERAL (SELECT k.due_at - {_days_before(ClockWarningStep.FAR)} AS far,
      k.due_at - {_days_before(ClockWarningStep.NEAR)} AS near, k.due_at - CASE k.kind {BEFORE} END AS soon) b
    CROSS JOIN LATERAL (VALUES
      ('{FAR}', CASE WHEN b.far < k.started_at THEN k.started_at ELSE b.far END, b.near),
      ('{NEAR}', CASE WHEN b.near < k.started_at THEN k.started_at ELSE b.near END, b.soon),
      ('{SOON}', greatest(k.started_at, b.soon), k.due_at), ('{DUE}', k.due_at, 'infinity'),
      ('{LATE}', k.due_at + make_interval(hours => o.escalate_hours), 'infinity')) s (step, at, until)
    WHERE k.met_at IS NULL AND k.ended_at IS NULL AND s.at <= wall.clock() AND s.until > wall.clock()
      AND NOT EXISTS (SELECT 1 FROM public.cases_clockwarning w WHERE w.clock_id = k.id AND w.step = s.step)
    ORDER BY k.due_at, k.id, s.at LIMIT 500 FOR NO KEY UPDATE OF k SKIP LOCKED
  LOOP
    INSERT INTO public.cases_clockwarning (id, clock_id, step, told_at) VALUES (gen_random_uuid(), of.id, of.step, wall.clock())
    ON CONFLICT (clock_id, step) DO NOTHING;
    CONTINUE WHEN NOT FOUND;  -- another run told it meanwhile
    PERFORM wall.notify(
      wall.told_of_limit(of.case_id, of.office_id, CASE WHEN of.kind IN ({ALL_OF_THEM}) THEN '{LATE}' ELSE of.step END),
      'clock_' || CASE WHEN of.step IN ('{FAR}', '{NEAR}') THEN '{SOON}' ELSE of.step END, of.number,
      '/cases/' || of.case_id || '/#limit-' || of.kind,
      'clock:' || of.id || CASE WHEN of.step IN ('{FAR}', '{NEAR}') THEN ':' || of.step ELSE '' END);
    IF of.kind = 'safety' AND of.step = '{DUE}' THEN
      PERFORM wall.consider_inspection(of.id, of.case_id, of.office_id, of.number);
    END IF;
    told := told + 1;
  END LOOP;
  RETURN told;
END $$;

-- For the two jobs, each at the end of each run: the limits, or the duties, were watched now.
CREATE OR REPLACE FUNCTION wall.note_sweep(of smallint) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.cases_clocksweep AS s (id, swept_at) VALUES (of, wall.clock())
  ON CONFLICT (id) DO UPDATE SET swept_at = greatest(s.swept_at, EXCLUDED.swept_at) RETURNING 1
$$;
"""

CALLERS = {"worker": ("warn_clocks()", "note_sweep(smallint)")}
