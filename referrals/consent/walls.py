"""Confirmations and exceptions belong to the case; the clock of a confirmation is the database's."""

from security.walls.declare import of_case

TABLES = (
    of_case("referrals_intention"),
    of_case("referrals_exceptionrequest"),
    of_case("referrals_exceptionduty"),
)

FUNCTIONS = """
-- A recorded answer is history: only its ending may be written later, and an ending stays.
CREATE OR REPLACE FUNCTION wall.intention_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (NEW.case_id, NEW.result, NEW.recipient_id, NEW.purpose, NEW.items, NEW.valid_until, NEW.recorded_by_id)
     IS DISTINCT FROM (OLD.case_id, OLD.result, OLD.recipient_id, OLD.purpose, OLD.items, OLD.valid_until, OLD.recorded_by_id)
     OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
     OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at) THEN
    RAISE EXCEPTION 'a recorded intention stays' USING ERRCODE = '23514', CONSTRAINT = 'intention_stays';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION wall.intention_by_its_recorder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user <> 'owner' THEN NEW.recorded_by_id := wall.my_post(); END IF;
  RETURN NEW;
END $$;

-- An exception is used once: what is spent stays spent, and what was asked for stays as it was decided. It runs as its caller:
-- only the gate, which is wall, spends one.
CREATE OR REPLACE FUNCTION wall.exception_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (NEW.case_id, NEW.ground, NEW.recipient_id, NEW.purpose, NEW.items)
     IS DISTINCT FROM (OLD.case_id, OLD.ground, OLD.recipient_id, OLD.purpose, OLD.items)
     OR (OLD.decided_at IS NOT NULL AND NEW.expires_at > OLD.expires_at)
     OR (OLD.spent_at IS NOT NULL AND (NEW.spent_at, NEW.spent_on) IS DISTINCT FROM (OLD.spent_at, OLD.spent_on))
     OR (OLD.spent_at IS NULL AND NEW.spent_at IS NOT NULL AND current_user <> 'wall') THEN
    RAISE EXCEPTION 'an exception stays as decided' USING ERRCODE = '23514', CONSTRAINT = 'exception_stays';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER stays BEFORE UPDATE ON referrals_intention FOR EACH ROW EXECUTE FUNCTION wall.intention_stays();
CREATE OR REPLACE TRIGGER recorder BEFORE INSERT ON referrals_intention
  FOR EACH ROW EXECUTE FUNCTION wall.intention_by_its_recorder();
CREATE OR REPLACE TRIGGER a_stays BEFORE UPDATE ON referrals_exceptionrequest
  FOR EACH ROW EXECUTE FUNCTION wall.exception_stays();
CREATE OR REPLACE TRIGGER b_signed BEFORE INSERT OR UPDATE ON referrals_exceptionrequest
  FOR EACH ROW EXECUTE FUNCTION wall.sign_act('exception');
"""
