"""Opening a case: by right, with the next number of the office, on a child record of its own."""

FUNCTIONS = """
-- Who opens cases: a role of a child guidance center that receives contacts; at the police, whoever supports victims at a juvenile
-- support center.
CREATE OR REPLACE FUNCTION wall.may_open_case() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((wall.my_office_kind() = 'cgc'
                   AND wall.my_role() IN ('caseworker', 'supervisor', 'director', 'duty_officer'))
               OR (wall.my_role() IN ('juvenile_officer', 'police_supervisor')
                   AND EXISTS (SELECT 1 FROM public.agencies_office o WHERE o.id = wall.my_office() AND o.police_desk = 'sc')), false)
$$;

-- The number of the office's next case in this fiscal year (April to March). It continues only past numbers that a case has,
-- so asking a thousand times gives one number, and what is rolled back leaves no gap. The counter's row is locked until the
-- transaction ends: who asks at the same time waits, and gets the next one.
CREATE OR REPLACE FUNCTION wall.next_number() RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_year integer := extract(year FROM wall.today() - interval '3 months');
  office uuid := wall.my_office();
  head text;
  given integer;
BEGIN
  IF NOT wall.may_open_case() THEN
    RAISE EXCEPTION 'this position opens no case' USING ERRCODE = '23514', CONSTRAINT = 'case_opened_by_right';
  END IF;
  SELECT upper(o.code) || '-' || of_year || '-' INTO head FROM public.agencies_office o WHERE o.id = office;
  INSERT INTO public.cases_casenumber AS n (office_id, fiscal_year, last) VALUES (office, of_year, 1)
  ON CONFLICT (office_id, fiscal_year) DO UPDATE SET last = n.last RETURNING n.last INTO given;
  WHILE EXISTS (SELECT 1 FROM public.cases_case c
                WHERE c.number = head || lpad(given::text, greatest(4, length(given::text)), '0'))
  LOOP
    given := given + 1;
  END LOOP;
  UPDATE public.cases_casenumber n SET last = given
  WHERE n.office_id = office AND n.fiscal_year = of_year AND n.last < given;
  RETURN head || lpad(given::text, greatest(4, length(given::text)), '0');
END $$;

-- The id of a child record that the calling position is about to write. A key and a record are accepted for such an id alone, so
-- that no caller can store a key for a later child, or learn from a refusal that a child has a key.
CREATE OR REPLACE FUNCTION wall.new_child() RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM wall.handed_out h WHERE h.at < now() - interval '1 day';
  INSERT INTO wall.handed_out (position_id) SELECT wall.my_position() WHERE wall.my_position() IS NOT NULL RETURNING id
$$;

CREATE OR REPLACE FUNCTION wall.my_new_children() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp AS $$
  SELECT h.id FROM wall.handed_out h WHERE h.position_id = (SELECT wall.my_position())
$$;

CREATE OR REPLACE FUNCTION wall.child_is_born() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM wall.handed_out h WHERE h.id = NEW.id;
  RETURN NULL;
END $$;

-- A new case: the first grants, before the row itself, which every policy would refuse otherwise. The one in charge, the
-- supervisors of that section and the directors of the office; no position of another office.
CREATE OR REPLACE FUNCTION wall.open_case(new_case uuid, in_charge uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  line uuid;
  charge public.agencies_position;
BEGIN
  SELECT p.* INTO charge FROM public.agencies_position p WHERE p.id = in_charge;
  IF NOT wall.may_open_case() OR charge.office_id IS DISTINCT FROM wall.my_office()
     OR EXISTS (SELECT 1 FROM public.cases_case c WHERE c.id = new_case)
     OR EXISTS (SELECT 1 FROM public.cases_grant g WHERE g.case_id = new_case) THEN
    RAISE EXCEPTION 'this position may not open this case' USING ERRCODE = '23514', CONSTRAINT = 'case_opened_by_right';
  END IF;
  PERFORM wall.put_grant(gen_random_uuid(), new_case, in_charge, 'lead', 'manage', NULL, NULL);
  FOR line IN
    SELECT p.id FROM public.agencies_position p
    WHERE p.office_id = wall.my_office() AND p.id <> in_charge AND wall.position_holds(p.id)
      AND (p.role = 'director' OR (p.role IN ('supervisor', 'police_supervisor') AND p.section_id IS NOT DISTINCT FROM charge.section_id))
  LOOP
    PERFORM wall.put_grant(gen_random_uuid(), new_case, line, 'line', 'manage', NULL, NULL);
  END LOOP;
  -- A person who opens a case for a colleague in charge still writes its first entries; the grant can be ended by the one in
  -- charge.
  IF NOT EXISTS (SELECT 1 FROM public.cases_grant g WHERE g.case_id = new_case AND g.position_id = wall.my_position()) THEN
    PERFORM wall.put_grant(gen_random_uuid(), new_case, wall.my_position(), 'member', 'manage', NULL,
                           wall.clock() + interval '4 hours');
  END IF;
END $$;

-- The child of a case decides whose record and key the case opens. A case keeps its child, office and number, and a new case
-- names a child of its own office that is new or already within the caller's reach: else raw SQL could point an own case
-- at a foreign child, whose id it knows.
CREATE OR REPLACE FUNCTION wall.case_keeps_child() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.child_id, NEW.office_id, NEW.number, NEW.opened_at)
       IS DISTINCT FROM (OLD.child_id, OLD.office_id, OLD.number, OLD.opened_at) THEN
      RAISE EXCEPTION 'a case keeps its child' USING ERRCODE = '23514', CONSTRAINT = 'case_keeps_child';
    END IF;
  -- Any other number would block the office that it belongs to, and tell whether it has been given.
  ELSIF NEW.number IS DISTINCT FROM wall.next_number() THEN
    RAISE EXCEPTION 'a case has the next number of its own office' USING ERRCODE = '23514', CONSTRAINT = 'case_number_is_next';
  ELSIF NOT EXISTS (SELECT 1 FROM public.cases_child k WHERE k.id = NEW.child_id AND k.office_id = NEW.office_id)
     OR (EXISTS (SELECT 1 FROM public.cases_case c WHERE c.child_id = NEW.child_id)
         AND NOT EXISTS (SELECT 1 FROM public.cases_case c WHERE c.child_id = NEW.child_id AND wall.holds_on(c.id, 'edit'))) THEN
    RAISE EXCEPTION 'a case is opened on a child of one''s own' USING ERRCODE = '23514', CONSTRAINT = 'case_keeps_child';
  END IF;
  RETURN NEW;
END $$;
"""

CALLERS = {
    "runtime": (
        "next_number()",
        "new_child()",
        "my_new_children()",
        "open_case(uuid, uuid)",
    ),
}

TRIGGERS = """
CREATE OR REPLACE TRIGGER born AFTER INSERT ON cases_child FOR EACH ROW EXECUTE FUNCTION wall.child_is_born();
CREATE OR REPLACE TRIGGER keeps_child BEFORE INSERT OR UPDATE ON cases_case
  FOR EACH ROW EXECUTE FUNCTION wall.case_keeps_child();
"""
