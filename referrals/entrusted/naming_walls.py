"""The person of an entrusted plan is changed by a row that the head of its office writes, and by nothing else."""

from referrals.entrusted.walls import I_HEAD
from security.walls.declare import Policy, Recorded, Table
from security.walls.moments import NAMED, NOW, POST, kept_by

PLAN_SEEN = "(SELECT true FROM public.referrals_entrusted e WHERE e.id = referrals_entrustednaming.entrusted_id{} LIMIT 1)"
OF_MINE = PLAN_SEEN.format(" AND e.office_id = (SELECT wall.my_office()) AND e.ended_at IS NULL")

TABLES = (
    Table(
        "referrals_entrustednaming",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=PLAN_SEEN.format("")),
            Policy("INSERT", check=f"{I_HEAD} AND {OF_MINE}"),
        ),
        recorded=Recorded("entrusted_id", through="referrals_entrusted"),
    ),
)

MOMENTS = {
    "referrals_entrustednaming": {
        "before_id": kept_by("b_named"),
        "provider_id": NAMED,
        "named_by_id": POST,
        "named_at": NOW,
    }
}

FUNCTIONS = f"""
-- The head of the office that gives the help names another person there, who fits as if the plan were entrusted now, and is not
-- excluded from the case. Instead of whom, the database writes.
CREATE OR REPLACE FUNCTION wall.entrusted_may_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e public.referrals_entrusted;
BEGIN
  SELECT f.* INTO e FROM public.referrals_entrusted f WHERE f.id = NEW.entrusted_id FOR NO KEY UPDATE;
  IF NOT wall.is_seeder() AND (NOT {I_HEAD} OR e.id IS NULL OR e.office_id <> wall.my_office() OR e.ended_at IS NOT NULL) THEN
    RETURN NEW;  -- the policy refuses
  END IF;
  NEW.before_id := e.provider_id;
  e.provider_id := NEW.provider_id;
  IF NEW.before_id = NEW.provider_id OR e.ended_at IS NOT NULL OR NOT wall.entrusted_fits(e) OR EXISTS (
      SELECT 1 FROM public.cases_block b JOIN public.agencies_position p ON p.staff_id = b.staff_id
      WHERE b.case_id = e.case_id AND p.id = NEW.provider_id AND b.ended_at IS NULL) THEN
    RAISE EXCEPTION 'this person is not named for that plan' USING ERRCODE = '23514', CONSTRAINT = 'entrusted_named';
  END IF;
  RETURN NEW;
END $$;

-- With that row the plan passes: row, items, words, returns, sessions and both keys are those of its person (wall.my_entrusted). Both
-- are told, and whoever is in charge at the center and who sent it.
CREATE OR REPLACE FUNCTION wall.entrusted_named() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e public.referrals_entrusted;
  about text;
BEGIN
  UPDATE public.referrals_entrusted f SET provider_id = NEW.provider_id WHERE f.id = NEW.entrusted_id RETURNING f.* INTO e;
  SELECT c.number INTO about FROM public.cases_case c WHERE c.id = e.case_id;
  PERFORM wall.notify(ARRAY[NEW.provider_id], 'entrusted_named', e.reference, '/entrusted/' || e.id || '/', 'named:' || NEW.id);
  PERFORM wall.notify(ARRAY[NEW.before_id], 'entrusted_passed', e.reference, '/entrusted/', 'named:' || NEW.id);
  PERFORM wall.notify(
    ARRAY(SELECT p FROM wall.positions_on_case(e.case_id, ARRAY['lead', 'member', 'line']) p WHERE p = e.sent_by_id
          UNION SELECT p FROM wall.positions_on_case(e.case_id, ARRAY['lead']) p),
    'entrusted_renamed', about, '/cases/' || e.case_id || '/entrusted/' || e.id || '/', 'named:' || NEW.id);
  RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_named BEFORE INSERT ON referrals_entrustednaming
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_may_name();
CREATE OR REPLACE TRIGGER y_named AFTER INSERT ON referrals_entrustednaming
  FOR EACH ROW EXECUTE FUNCTION wall.entrusted_named();
"""
