"""The term of custody: it begins with a decision, is never longer than the law's two months, and ends with a decision."""

FUNCTIONS = """
-- The midnight in Japan at which custody that began at a moment has lasted two months: a day that the month after next has not is its
-- last day (as cases.clocks.rules.last_day counts, Civil Code, Art. 143).
CREATE OR REPLACE FUNCTION wall.two_months_over(started_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first date := (started_at AT TIME ZONE 'Asia/Tokyo')::date;
  same date := (first + interval '2 months')::date;
BEGIN
  RETURN (same + CASE WHEN date_part('day', same) < date_part('day', first) THEN 1 ELSE 0 END)::timestamp AT TIME ZONE 'Asia/Tokyo';
END $$;

-- The limit of custody is at the end of its two months at the latest, for the seeder too. It starts with a start of custody that is
-- in effect, from the moment which that names, or with an approved continuing, until its day; the start is held meanwhile, so that an
-- end which comes at once is seen. And it is met by an end or a continuing that is approved in this transaction.
CREATE OR REPLACE FUNCTION wall.custody_term() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.due_at >= wall.two_months_over(NEW.started_at) THEN
    RAISE EXCEPTION 'custody lasts two months at most' USING ERRCODE = '23514', CONSTRAINT = 'custody_term';
  END IF;
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'INSERT' AND wall.is_corrected(NEW) THEN RETURN NEW; END IF;  -- two people corrected when custody began or ended
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM public.cases_custodydecision s
    WHERE s.case_id = NEW.case_id AND s.kind = 'start' AND s.ended_at IS NULL AND wall.custody_in_effect(s)
      AND (s.effective_at = NEW.started_at OR EXISTS (SELECT 1 FROM public.cases_continuing c
        WHERE c.start_id = s.id AND c.case_id = s.case_id AND c.approved AND c.starts_at = NEW.started_at
          AND NEW.due_at < (c.until_on + 1)::timestamp AT TIME ZONE 'Asia/Tokyo')) FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the term of custody begins with custody' USING ERRCODE = '23514', CONSTRAINT = 'custody_term';
    END IF;
  ELSIF NEW.met_at IS NOT NULL AND OLD.met_at IS NULL AND NOT EXISTS (SELECT 1 FROM public.cases_custodydecision e
        WHERE e.case_id = NEW.case_id AND e.kind = 'end' AND e.approved AND e.decided_at >= wall.begun())
     AND NOT EXISTS (SELECT 1 FROM public.cases_continuing c
        WHERE c.case_id = NEW.case_id AND c.approved AND c.decided_at >= wall.begun()) THEN
    RAISE EXCEPTION 'the term of custody is kept by a decision' USING ERRCODE = '23514', CONSTRAINT = 'custody_term';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER term BEFORE INSERT OR UPDATE ON cases_clock
  FOR EACH ROW WHEN (NEW.kind = 'custody_end') EXECUTE FUNCTION wall.custody_term();
"""
