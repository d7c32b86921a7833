"""What is recorded after a conference: the hearing of the child, and each step of the child welfare council, in their order."""

FUNCTIONS = """
-- Whether nothing is owed any more on the minutes of a case: of this kind.
CREATE OR REPLACE FUNCTION wall.item_settled(kind text, of_case uuid, item uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE kind
    WHEN 'conference_hearing' THEN EXISTS (
      SELECT 1 FROM public.cases_itemhearing h WHERE h.item_id = item AND h.case_id = of_case)
    ELSE EXISTS (
      SELECT 1 FROM public.cases_councilrecord r WHERE r.item_id = item AND r.case_id = of_case
        AND r.step = CASE kind WHEN 'council_hearing' THEN 'heard' ELSE 'reported' END)
  END
$$;

-- What follows from minutes is of the same case, and they were approved. The council gives its opinion after it was asked. Of
-- another's case nothing is said.
CREATE OR REPLACE FUNCTION wall.follows_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_conferenceitem i WHERE i.id = NEW.item_id AND i.case_id = NEW.case_id AND i.approved) THEN
    RAISE EXCEPTION 'no such decision of this case' USING ERRCODE = '23514', CONSTRAINT = 'follows_item';
  END IF;
  PERFORM 1 FROM public.cases_conferenceitem i WHERE i.id = NEW.item_id FOR NO KEY UPDATE;  -- of two at once the second sees the first
  IF to_jsonb(NEW) ->> 'step' IS NOT NULL AND EXISTS (
      SELECT 1 FROM public.cases_councilrecord r WHERE r.item_id = NEW.item_id AND r.step = to_jsonb(NEW) ->> 'step') THEN
    RAISE EXCEPTION 'a step of the council is recorded once' USING ERRCODE = '23514', CONSTRAINT = 'one_council_step';
  END IF;
  IF to_jsonb(NEW) ->> 'step' = 'heard' AND NOT EXISTS (
      SELECT 1 FROM public.cases_councilrecord r WHERE r.item_id = NEW.item_id AND r.step = 'asked') THEN
    RAISE EXCEPTION 'the council is asked first' USING ERRCODE = '23514', CONSTRAINT = 'council_in_order';
  END IF;
  RETURN NEW;
END $$;

-- Minutes rest on an opinion of the council that was recorded in the same case.
CREATE OR REPLACE FUNCTION wall.rests_on_opinion() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NEW.council_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.cases_councilrecord r WHERE r.id = NEW.council_id AND r.case_id = NEW.case_id AND r.step = 'heard') THEN
    RAISE EXCEPTION 'no such opinion of the council' USING ERRCODE = '23514', CONSTRAINT = 'rests_on_opinion';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER follows_item BEFORE INSERT ON cases_itemhearing FOR EACH ROW EXECUTE FUNCTION wall.follows_item();
CREATE OR REPLACE TRIGGER follows_item BEFORE INSERT ON cases_councilrecord FOR EACH ROW EXECUTE FUNCTION wall.follows_item();
CREATE OR REPLACE TRIGGER rests_on_opinion BEFORE INSERT OR UPDATE OF council_id ON cases_conferenceitem
  FOR EACH ROW EXECUTE FUNCTION wall.rests_on_opinion();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_itemhearing FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_councilrecord FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
