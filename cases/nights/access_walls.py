"""What came at night stays open to the officer on duty until the sheet of the night is received, and not past its hard end."""

from cases.nights.codes import LONGEST

FUNCTIONS = f"""
-- A case that the caller, on duty at night, opened or broke the glass of in this night, and has written on what came in it: it stays
-- open until the hand-over, and at the latest until the hour of the next working day that the office sets. Which days are holidays,
-- the database does not know: it is told the next working day, within the longest night there is. Once the sheet of the night was
-- received, nothing more ends it, so that what comes then stays open until that hour of today.
CREATE OR REPLACE FUNCTION wall.keep_for_night(of_case uuid, of_night date, morning date) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  since timestamptz := (of_night + time '17:15') AT TIME ZONE 'Asia/Tokyo';
  last_day date := CASE WHEN EXISTS (SELECT 1 FROM public.cases_nightsheet s WHERE s.office_id = wall.my_office() AND s.night >= of_night)
                        THEN wall.today() ELSE morning END;
BEGIN
  IF wall.my_role() IS DISTINCT FROM 'duty_officer' OR of_night IS NULL OR morning IS NULL
     OR morning <= of_night OR morning - of_night > {LONGEST} OR extract(isodow FROM of_night) > 5 OR extract(isodow FROM morning) > 5
     OR wall.clock() < since OR wall.clock() >= (morning + time '9:00') AT TIME ZONE 'Asia/Tokyo' THEN
    RAISE EXCEPTION 'this is no night of that identity' USING ERRCODE = '23514', CONSTRAINT = 'night_on_duty';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM public.cases_notification n JOIN public.cases_case c ON c.id = n.case_id
                 WHERE n.case_id = of_case AND n.received_by_id = wall.my_position()
                   AND (c.opened_at >= since OR n.received_at >= of_night::timestamp AT TIME ZONE 'Asia/Tokyo'))
     AND NOT EXISTS (SELECT 1 FROM public.cases_custodydecision d WHERE d.case_id = of_case AND d.is_oral
                       AND d.drafted_by_id = wall.my_position() AND d.drafted_at >= since) THEN
    RETURN;
  END IF;
  UPDATE public.cases_grant g
  SET night = of_night,
      ends_at = greatest(g.ends_at, (last_day + make_interval(hours => o.night_until_hour)) AT TIME ZONE 'Asia/Tokyo')
  FROM public.agencies_office o
  WHERE o.id = wall.my_office() AND g.case_id = of_case AND g.position_id = wall.my_position() AND g.granted_by_id = wall.my_position()
    AND g.relation IN ('member', 'glass') AND g.created_at >= since AND g.night IS NULL
    AND g.ended_at IS NULL AND g.ends_at > wall.clock();
END $$;

-- The sheet of a night is received: what stayed open for it, or for one before it, is open no longer. The next request of who was on
-- duty finds nothing.
CREATE OR REPLACE FUNCTION wall.night_is_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_grant g SET ended_at = wall.clock() FROM public.agencies_position p
  WHERE g.night <= NEW.night AND g.ended_at IS NULL AND p.id = g.position_id AND p.office_id = NEW.office_id;
  RETURN NULL;
END $$;

-- For a job: what nobody received has closed by its hard end; the one in charge of each case and the supervisors are told, once,
-- because the right counts as ended from then on. How many; it learns no more.
CREATE OR REPLACE FUNCTION wall.end_nights() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  was record;
  ended integer := 0;
BEGIN
  FOR was IN
    SELECT g.id, g.case_id, g.ends_at, c.number FROM public.cases_grant g JOIN public.cases_case c ON c.id = g.case_id
    WHERE g.night IS NOT NULL AND g.ended_at IS NULL AND g.ends_at <= wall.clock()
    ORDER BY g.ends_at, g.id LIMIT 500 FOR NO KEY UPDATE OF g SKIP LOCKED
  LOOP
    UPDATE public.cases_grant SET ended_at = was.ends_at WHERE id = was.id;
    PERFORM wall.notify(ARRAY(SELECT wall.positions_on_case(was.case_id, ARRAY['lead', 'line'])), 'night_ended', was.number,
                        '/cases/' || was.case_id || '/', 'night:' || was.id);
    ended := ended + 1;
  END LOOP;
  RETURN ended;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER handed_over AFTER INSERT ON cases_nightsheet FOR EACH ROW EXECUTE FUNCTION wall.night_is_over();
"""

CALLERS = {"runtime": ("keep_for_night(uuid, date, date)",), "worker": ("end_nights()",)}
