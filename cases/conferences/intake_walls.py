"""Who is told that the intake conference has still to decide on a case that was received, and when."""

from cases.duties.codes import DutyWarningStep

SOON, DUE, LATE = (step.value for step in DutyWarningStep)

FUNCTIONS = f"""
-- For a job: the end of the last day by which the intake conference decides (rules.intake_by) is near, has passed, or passed long ago,
-- as a duty is told: the one in charge; the supervisors too; the directors too. A notice is written once for its step, to whom it is
-- for, however often the job runs. How many cases wait past their day; it learns no more.
CREATE OR REPLACE FUNCTION wall.warn_intake() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of record;
  late integer := 0;
BEGIN
  FOR of IN
    SELECT c.id, c.number, c.office_id, s.step FROM public.agencies_office o JOIN public.cases_case c ON c.office_id = o.id
    CROSS JOIN LATERAL (SELECT ((c.opened_at AT TIME ZONE 'Asia/Tokyo')::date + o.intake_days + 1)::timestamp
                               AT TIME ZONE 'Asia/Tokyo' AS due) d
    CROSS JOIN LATERAL (VALUES
      ('{SOON}', d.due - make_interval(hours => o.duty_warn_hours), d.due),
      ('{DUE}', d.due, 'infinity'),
      ('{LATE}', d.due + make_interval(hours => o.duty_late_hours), 'infinity')) s (step, at, until)
    WHERE o.kind = 'cgc' AND c.stage = 'reception' AND s.at <= wall.clock() AND s.until > wall.clock()
    ORDER BY c.opened_at, c.id, s.at
  LOOP
    PERFORM wall.notify(wall.told_of_duty(of.id, of.office_id, (SELECT min(p::text)::uuid FROM wall.positions_on_case(of.id, ARRAY['lead']) p),
                                          of.step),
                        'intake_' || of.step, of.number, '/cases/' || of.id || '/reception/', 'intake:' || of.id);
    late := late + (of.step = '{DUE}')::integer;
  END LOOP;
  RETURN late;
END $$;
"""

CALLERS = {"worker": ("warn_intake()",)}
