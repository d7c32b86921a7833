"""Broken glass: what is shown before it, who breaks it, who is told, who reviews it."""

from cases.records.codes import Finding

FUNCTIONS = f"""
-- How many glasses the calling person may still break within a day, by the office's own number: more on duty than otherwise. Any
-- 24 hours count, in whatever position, so that midnight and a second position give no more.
CREATE OR REPLACE FUNCTION wall.glasses_left() RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT greatest(0, CASE wall.my_role() WHEN 'duty_officer' THEN o.glass_a_day_duty ELSE o.glass_a_day END - (
    SELECT count(*) FROM public.cases_grant g
    WHERE g.user_id = wall.my_staff() AND g.relation = 'glass' AND g.created_at > wall.clock() - interval '24 hours'))::integer
  FROM public.agencies_office o WHERE o.id = wall.my_office()
$$;

-- Broken glass: a position of the responsible office opens a case for four hours, from the next transaction on. Lead and
-- supervisors are told here. The reason follows in the same transaction, sealed under the case's key (explain_glass). The lock
-- makes two glasses at the same time count each other.
CREATE OR REPLACE FUNCTION wall.break_glass(new_id uuid, of_case uuid) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  since timestamptz := CASE WHEN wall.is_seeder() THEN wall.clock() ELSE clock_timestamp() END;
BEGIN
  PERFORM 1 FROM public.agencies_staff s WHERE s.id = wall.my_staff() FOR NO KEY UPDATE;
  IF coalesce(wall.my_role(), '') NOT IN ('director', 'supervisor', 'caseworker', 'duty_officer')
     OR NOT EXISTS (SELECT 1 FROM public.cases_case c WHERE c.id = of_case AND c.office_id = wall.my_office())
     OR EXISTS (SELECT 1 FROM public.cases_block b
                WHERE b.case_id = of_case AND b.staff_id = wall.my_staff() AND b.ended_at IS NULL) THEN
    RAISE EXCEPTION 'this identity may not break the glass of that case' USING ERRCODE = '23514', CONSTRAINT = 'breaks_glass';
  END IF;
  IF wall.glasses_left() < 1 THEN
    RAISE EXCEPTION 'this person has broken the glass too often within a day' USING ERRCODE = '23514', CONSTRAINT = 'glass_limit';
  END IF;
  PERFORM wall.put_grant(new_id, of_case, wall.my_position(), 'glass', 'edit', NULL, since + interval '4 hours', since);
  PERFORM wall.notify(ARRAY(SELECT p FROM wall.positions_on_case(of_case, ARRAY['lead', 'line']) p WHERE p <> wall.my_position()),
                      'glass_broken', c.number, '/cases/' || of_case || '/', new_id::text)
  FROM public.cases_case c WHERE c.id = of_case;
  RETURN since + interval '4 hours';
END $$;

-- The cases whose glass the calling position has broken in this transaction and not explained yet: their keys seal the reason.
CREATE OR REPLACE FUNCTION wall.my_new_glass() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp AS $$
  SELECT g.case_id FROM public.cases_grant g
  WHERE g.user_id = wall.my_staff() AND g.position_id = wall.my_position() AND g.relation = 'glass' AND g.reason IS NULL
$$;

CREATE OR REPLACE FUNCTION wall.explain_glass(which uuid, why text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_grant SET reason = why
  WHERE id = which AND relation = 'glass' AND reason IS NULL AND position_id = wall.my_position()
    AND wall.is_sealed(why, 'case', case_id);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'glass is broken with a reason' USING ERRCODE = '23514', CONSTRAINT = 'glass_has_reason';
  END IF;
END $$;

-- A broken glass without a written reason does not outlive its transaction.
CREATE OR REPLACE FUNCTION wall.glass_must_be_explained() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM public.cases_grant g WHERE g.id = NEW.id AND g.reason IS NULL) THEN
    RAISE EXCEPTION 'glass is broken with a reason' USING ERRCODE = '23514', CONSTRAINT = 'glass_has_reason';
  END IF;
  RETURN NULL;
END $$;

-- The supervisor's review of broken glass, once, with a finding; no person reviews their own. A finding other than proper is told
-- to the person who broke it, and one of improper to the privacy officers too.
CREATE OR REPLACE FUNCTION wall.review_glass(which uuid, outcome text, note text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  row public.cases_grant;
  of_number text;
BEGIN
  SELECT g.* INTO row FROM public.cases_grant g WHERE g.id = which AND g.relation = 'glass';
  PERFORM wall.must_manage(row.case_id);
  IF row.user_id = wall.my_staff() THEN
    RAISE EXCEPTION 'a look is reviewed by another person' USING ERRCODE = '23514', CONSTRAINT = 'review_by_another';
  END IF;
  IF wall.my_role() NOT IN ('supervisor', 'director') OR row.reviewed_at IS NOT NULL THEN
    RAISE EXCEPTION 'a supervisor reviews it, once' USING ERRCODE = '23514', CONSTRAINT = 'review_by_line';
  END IF;
  IF outcome IS NULL OR outcome NOT IN ({", ".join(f"'{code}'" for code in Finding.values)}) OR (outcome <> 'proper' AND note IS NULL)
     OR (note IS NOT NULL AND NOT wall.is_sealed(note, 'case', row.case_id)) THEN
    RAISE EXCEPTION 'a review has a finding, and a comment unless it is proper' USING ERRCODE = '23514', CONSTRAINT = 'finding_has_note';
  END IF;
  UPDATE public.cases_grant SET reviewed_at = wall.clock(), reviewed_by_id = wall.my_position(), finding = outcome, finding_note = note
  WHERE id = which;
  IF outcome = 'proper' THEN RETURN; END IF;
  SELECT c.number INTO of_number FROM public.cases_case c WHERE c.id = row.case_id;
  PERFORM wall.notify(ARRAY[row.position_id], 'glass_to_explain', of_number, '/access-log/mine/', which::text);
  IF outcome = 'improper' THEN
    PERFORM wall.notify(ARRAY(SELECT p.id FROM public.agencies_position p WHERE p.role = 'privacy_officer' AND wall.position_holds(p.id)),
                        'glass_improper', of_number, '/access-log/cases/' || row.case_id || '/', which::text);
  END IF;
END $$;

-- What is shown of a case of the caller's office before the glass: that it exists, who is in charge, and the telephone.
CREATE OR REPLACE FUNCTION wall.before_glass(of_case uuid)
RETURNS TABLE (case_id uuid, number text, in_charge text, telephone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.id, c.number, coalesce((
           SELECT s.name FROM public.cases_grant g JOIN public.agencies_staff s ON s.id = g.user_id
           WHERE g.case_id = c.id AND g.relation = 'lead' AND g.ended_at IS NULL AND g.starts_at <= wall.clock()
             AND (g.ends_at IS NULL OR g.ends_at > wall.clock()) AND wall.position_holds(g.position_id)
           ORDER BY g.created_at DESC LIMIT 1), ''),
         o.telephone
  FROM public.cases_case c JOIN public.agencies_office o ON o.id = c.office_id
  WHERE c.id = of_case AND c.office_id = wall.my_office()
    AND wall.my_role() IN ('director', 'supervisor', 'caseworker', 'duty_officer')
    AND NOT EXISTS (SELECT 1 FROM public.cases_block b
                    WHERE b.case_id = c.id AND b.staff_id = wall.my_staff() AND b.ended_at IS NULL)
$$;

-- Two questions joined, each of its own index: as one condition with OR it would read every case of the office. Which children are
-- meant, a whole search token told to who holds the key of its sealed pointers.
CREATE OR REPLACE FUNCTION wall.behind_glass(children uuid[], by_number text)
RETURNS TABLE (case_id uuid, number text, in_charge text, telephone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH found AS (
    SELECT c.id FROM public.cases_case c WHERE c.number = by_number
    UNION
    SELECT c.id FROM public.cases_case c WHERE c.child_id = ANY(children)
    LIMIT 20)
  SELECT shown.* FROM found CROSS JOIN LATERAL wall.before_glass(found.id) shown ORDER BY shown.number
$$;

-- For the privacy officer, who reads no case: the numbers by which the officer and a supervisor speak of the same case.
CREATE OR REPLACE FUNCTION wall.numbers_for_log(of_cases uuid[], wanted text) RETURNS TABLE (case_id uuid, number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.id, c.number FROM public.cases_case c WHERE c.id = ANY(of_cases) AND (SELECT wall.reads_access_log())
  UNION
  SELECT c.id, c.number FROM public.cases_case c WHERE c.number = wanted AND (SELECT wall.reads_access_log())
$$;

-- For the privacy officer: how many broken glasses of each office wait for their review, and since when.
CREATE OR REPLACE FUNCTION wall.glasses_unreviewed() RETURNS TABLE (office uuid, waiting integer, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.office_id, count(*)::integer, min(g.created_at)
  FROM public.cases_grant g JOIN public.cases_case c ON c.id = g.case_id
  WHERE g.relation = 'glass' AND g.reviewed_at IS NULL AND (SELECT wall.reads_access_log()) GROUP BY c.office_id
$$;
"""

CALLERS = {
    "runtime": (
        "glasses_left()",
        "my_new_glass()",
        "break_glass(uuid, uuid)",
        "explain_glass(uuid, text)",
        "review_glass(uuid, text, text)",
        "before_glass(uuid)",
        "behind_glass(uuid[], text)",
        "numbers_for_log(uuid[], text)",
        "glasses_unreviewed()",
    ),
}

TRIGGERS = """
CREATE CONSTRAINT TRIGGER glass_explained AFTER INSERT ON cases_grant DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.relation = 'glass') EXECUTE FUNCTION wall.glass_must_be_explained();
"""
