"""Who is told of a duty, and when. The database alone marks and tells, in one transaction, so that each step is told once."""

from cases.duties.codes import DutyWarningStep
from security.walls.declare import Policy, Recorded, Table

SOON, DUE, LATE = (step.value for step in DutyWarningStep)
# The reader of a warning reads its duty.
DUTY_SEEN = "(SELECT true FROM public.cases_duty d WHERE d.id = cases_dutywarning.duty_id LIMIT 1)"

TABLES = (
    Table(
        "cases_dutywarning",
        {"runtime": "SELECT"},
        (Policy("SELECT", using=DUTY_SEEN),),
        recorded=Recorded("duty_id", through="cases_duty"),
    ),
)

FUNCTIONS = f"""
-- Whom a step of a duty is told: its owner when it is near; the one in charge and the supervisors too when it was due; the directors
-- too when that is long ago. Where the owner has left the position, or is barred from the case, the others are told from the first
-- step on; where nobody supervises, the directors with what was due. No role may call it.
CREATE OR REPLACE FUNCTION wall.told_of_duty(of_case uuid, of_office uuid, owner uuid, step text) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  directors uuid[] := ARRAY(SELECT wall.directors_for(of_office, of_case));
  own uuid[] := ARRAY(SELECT p FROM wall.positions_on_case(of_case, ARRAY['lead', 'member', 'line']) p WHERE p = owner
                      UNION SELECT p FROM unnest(directors) p WHERE p = owner);  -- an owner who left the case cannot open it
  leads uuid[] := ARRAY(SELECT wall.positions_on_case(of_case, ARRAY['lead']));
  line uuid[] := ARRAY(SELECT p FROM wall.positions_on_case(of_case, ARRAY['line']) p
                       WHERE NOT EXISTS (SELECT 1 FROM public.agencies_position d WHERE d.id = p AND d.role = 'director'));
BEGIN
  IF step = '{SOON}' AND cardinality(own) > 0 THEN RETURN own; END IF;
  RETURN own || leads || line || CASE WHEN step = '{LATE}' OR cardinality(line) = 0 THEN directors ELSE '{{}}' END;
END $$;

-- For a job: tells what is to be told of open duties, 500 steps at most, what is due first at the top; how many. A step of a duty is
-- marked and told in one transaction, so each is told once, wherever the job is cut off and however many of them run. What was due
-- is no longer near; and what was left so late that it was near at once is told by leaving it.
CREATE OR REPLACE FUNCTION wall.warn_duties() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of record;
  told integer := 0;
BEGIN
  FOR of IN
    SELECT d.id, d.case_id, d.owner_id, c.number, c.office_id, s.step
    FROM public.cases_duty d JOIN public.cases_case c ON c.id = d.case_id JOIN public.agencies_office o ON o.id = c.office_id
    CROSS JOIN LATERAL (VALUES
      ('{SOON}', CASE WHEN d.due_at - make_interval(hours => o.duty_warn_hours) <= d.left_at THEN 'infinity'
                   ELSE d.due_at - make_interval(hours => o.duty_warn_hours) END, d.due_at),
      ('{DUE}', d.due_at, 'infinity'),
      ('{LATE}', d.due_at + make_interval(hours => o.duty_late_hours), 'infinity')) s (step, at, until)
    WHERE d.done_at IS NULL AND s.at <= wall.clock() AND s.until > wall.clock()
      AND NOT EXISTS (SELECT 1 FROM public.cases_dutywarning w WHERE w.duty_id = d.id AND w.step = s.step)
    ORDER BY d.due_at, d.id, s.at LIMIT 500 FOR NO KEY UPDATE OF d SKIP LOCKED
  LOOP
    INSERT INTO public.cases_dutywarning (id, duty_id, step, told_at) VALUES (gen_random_uuid(), of.id, of.step, wall.clock())
    ON CONFLICT (duty_id, step) DO NOTHING;
    CONTINUE WHEN NOT FOUND;  -- another run told it meanwhile
    PERFORM wall.notify(wall.told_of_duty(of.case_id, of.office_id, of.owner_id, of.step), 'duty_' || of.step, of.number,
      '/cases/' || of.case_id || '/duties/' || of.id || '/', 'duty:' || of.id);
    told := told + 1;
  END LOOP;
  RETURN told;
END $$;
"""

CALLERS = {"worker": ("warn_duties()",)}
