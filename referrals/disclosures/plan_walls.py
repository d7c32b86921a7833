"""The gate before what other rooms make for the police: a plan of a joint interview that is agreed with them, and its sheet."""

from cases.interviews.codes import TOLD, PlanState
from cases.interviews.papers import PLAN_SHEET
from cases.interviews.rules import OF_POLICE

ITEMS = ", ".join(f"'{item}'" for item in TOLD)
IN_WORDS = (
    "p.police_id IS NULL AND coalesce(" + ", ".join(f"p.{name}" for name in OF_POLICE) + ") IS NOT NULL"
)
"""SQL: a plan has something of the police, and no office of them. What it says is sealed; that it says something is not."""
AGREES = ", ".join(f"'{state.value}'" for state in (PlanState.AGREED, PlanState.MOVED))

FUNCTIONS = f"""
-- Whether an office of the police may be told these items of a case now: by a confirmation that holds, as a report drafted now
-- could rest on; or by a report that was sent on an exception, has them, and can still be read. A confirmation is held FOR SHARE: a
-- withdrawal that is under way finishes first (ADR 9). Volatile on purpose, as wall.gate_holds is.
CREATE OR REPLACE FUNCTION wall.may_be_told(of_case uuid, office uuid, told text[]) RETURNS boolean LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found public.referrals_disclosure;
BEGIN
  IF NOT coalesce((SELECT told <@ wall.ceiling(o.kind) FROM public.agencies_office o
                   WHERE o.id = office AND o.active AND o.kind = 'police'), false) THEN
    RETURN false;
  END IF;
  PERFORM 1 FROM public.referrals_intention i
  WHERE i.case_id = of_case AND i.recipient_id = office AND i.superseded_at IS NULL AND i.withdrawn_at IS NULL FOR SHARE;
  FOR found IN
    SELECT (jsonb_populate_record(NULL::public.referrals_disclosure, jsonb_build_object(
      'intention_id', i.id, 'case_id', i.case_id, 'recipient_id', i.recipient_id, 'purpose', 'police_report',
      'sender_id', c.office_id, 'items', to_jsonb(told)))).*
    FROM public.referrals_intention i JOIN public.cases_case c ON c.id = i.case_id
    WHERE i.case_id = of_case AND i.recipient_id = office AND i.superseded_at IS NULL AND i.withdrawn_at IS NULL
    UNION ALL
    SELECT d.* FROM public.referrals_disclosure d
    WHERE d.case_id = of_case AND d.recipient_id = office AND d.exception_id IS NOT NULL AND d.sent_at IS NOT NULL
      AND d.ended_at IS NULL AND told <@ d.items::text[] AND wall.exception_keeps_refusals(d)
  LOOP
    IF wall.basis_holds(found) AND wall.agreements_allow(found) THEN RETURN true; END IF;
  END LOOP;
  RETURN false;
END $$;

-- A plan is agreed with the police, and moved, while their office may be told it. What the house keeps to itself is not asked. One that
-- names the police, and no office of them, is neither: of whom was the child asked?
CREATE OR REPLACE FUNCTION wall.agreed_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  police uuid;
  in_words boolean;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT p.police_id, {IN_WORDS} INTO police, in_words FROM public.cases_jointplan p WHERE p.id = NEW.plan_id;
  IF in_words OR police IS NOT NULL AND NOT wall.may_be_told(NEW.case_id, police, ARRAY[{ITEMS}]) THEN
    RAISE EXCEPTION 'no confirmed intention and no exception' USING ERRCODE = '23514', CONSTRAINT = 'gate';
  END IF;
  RETURN NEW;
END $$;

-- The same of the sheet for the police. Its subject is the plan.
CREATE OR REPLACE FUNCTION wall.sheet_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  police uuid;
  in_words boolean;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'view') THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT p.police_id, {IN_WORDS} INTO police, in_words FROM public.cases_jointplan p WHERE p.id::text = NEW.subject AND p.case_id = NEW.case_id;
  IF NOT FOUND OR in_words OR (police IS NOT NULL AND NOT wall.may_be_told(NEW.case_id, police, ARRAY[{ITEMS}])) THEN
    RAISE EXCEPTION 'no confirmed intention and no exception' USING ERRCODE = '23514', CONSTRAINT = 'gate';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = f"""
CREATE OR REPLACE TRIGGER c_gate BEFORE INSERT ON cases_jointevent
  FOR EACH ROW WHEN (NEW.step IN ({AGREES})) EXECUTE FUNCTION wall.agreed_gate();
CREATE OR REPLACE TRIGGER c_gate BEFORE INSERT ON cases_print
  FOR EACH ROW WHEN (NEW.paper = '{PLAN_SHEET.code}') EXECUTE FUNCTION wall.sheet_gate();
"""
