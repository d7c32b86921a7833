"""What goes to the judge takes two people, and the limit of the warrant is met by what was approved and handed in."""

from cases.decisions.walls import act_moments, act_table, act_triggers
from cases.warrants.codes import MOVES, STEPS, WarrantState
from security.walls.declare import of_case
from security.walls.moments import HAPPENED, NOW, POST, WALL

TABLES = (
    act_table("cases_warrantdraft", content="start_id, court, reason, papers_there, missing_why"),
    of_case("cases_requestwithdrawal"),
    of_case("cases_warrantrequest"),
    of_case("cases_warrantstep"),
)

MOMENTS = {
    "cases_warrantdraft": act_moments("b_warrant_request_signed"),
    "cases_requestwithdrawal": {"withdrawn_at": NOW, "withdrawn_by_id": POST},
    "cases_warrantrequest": {"requested_at": HAPPENED, "recorded_at": NOW, "recorded_by_id": POST},
    # A decision of two people corrects the moment or strikes the step (cases/corrections).
    "cases_warrantstep": {
        "happened_at": HAPPENED,
        "struck_at": WALL,
        "recorded_at": NOW,
        "recorded_by_id": POST,
    },
}

FOLLOWS = ", ".join(
    f"('{state.value}', '{to.value}')"
    for state, following in MOVES.items()
    for to in following
    if to in STEPS
)
"""The table of moves, as far as a row of its own brings them about."""

FUNCTIONS = f"""
-- A request is drafted for a start of custody of its own case that came about.
CREATE OR REPLACE FUNCTION wall.warrant_of_custody() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF (TG_OP = 'INSERT' OR NEW.start_id IS DISTINCT FROM OLD.start_id) AND NOT EXISTS (
       SELECT 1 FROM public.cases_custodydecision s
       WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start' AND (s.approved OR s.is_oral)) THEN
    RAISE EXCEPTION 'a warrant is requested for a start of custody of this case'
      USING ERRCODE = '23514', CONSTRAINT = 'warrant_of_custody';
  END IF;
  RETURN NEW;
END $$;

-- Only a request that was approved is handed in, for the custody that it was drafted for.
CREATE OR REPLACE FUNCTION wall.warrant_approved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_warrantdraft d
                 WHERE d.id = NEW.draft_id AND d.case_id = NEW.case_id AND d.start_id = NEW.decision_id AND d.approved
                   AND NOT EXISTS (SELECT 1 FROM public.cases_requestwithdrawal w WHERE w.draft_id = d.id)) THEN
    RAISE EXCEPTION 'only a request that was approved is handed in' USING ERRCODE = '23514', CONSTRAINT = 'warrant_approved';
  END IF;
  RETURN NEW;
END $$;

-- Only an approved request that was not handed in is withdrawn, and only while no limit runs that it would meet.
CREATE OR REPLACE FUNCTION wall.request_withdrawn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  PERFORM FROM public.cases_warrantdraft d WHERE d.id = NEW.draft_id FOR UPDATE;
  IF NOT EXISTS (SELECT 1 FROM public.cases_warrantdraft d JOIN public.cases_custodydecision s ON s.id = d.start_id
        WHERE d.id = NEW.draft_id AND d.case_id = NEW.case_id AND d.approved
          AND NOT EXISTS (SELECT 1 FROM public.cases_clock k WHERE k.case_id = d.case_id AND k.kind = 'warrant'
            AND k.started_at = s.effective_at AND k.met_at IS NULL AND k.ended_at IS NULL))
     OR EXISTS (SELECT 1 FROM public.cases_warrantrequest r WHERE r.draft_id = NEW.draft_id) THEN
    RAISE EXCEPTION 'only a request that is not needed any more is withdrawn' USING ERRCODE = '23514', CONSTRAINT = 'request_withdrawn';
  END IF;
  RETURN NEW;
END $$;

-- A step follows the one before it, or the request, in the order of the law and not before it; the request is held meanwhile, so that
-- of two steps recorded at once the second is refused. The reversal of a ruling is asked for while custody goes on.
CREATE OR REPLACE FUNCTION wall.warrant_step_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  asked public.cases_warrantrequest;
  before public.cases_warrantstep;
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT r.* INTO asked FROM public.cases_warrantrequest r
  WHERE r.id = NEW.request_id AND r.case_id = NEW.case_id FOR NO KEY UPDATE;
  SELECT s.* INTO before FROM public.cases_warrantstep s
  WHERE s.id = NEW.follows_id AND s.request_id = NEW.request_id AND s.struck_at IS NULL;
  IF asked.id IS NULL OR (NEW.follows_id IS NOT NULL AND before.id IS NULL)
     OR (coalesce(before.kind, '{WarrantState.REQUESTED.value}'), NEW.kind) NOT IN ({FOLLOWS})
     OR NEW.happened_at < coalesce(before.happened_at, asked.requested_at)
     OR EXISTS (SELECT 1 FROM public.cases_warrantstep s
                WHERE s.request_id = NEW.request_id AND s.follows_id IS NOT DISTINCT FROM NEW.follows_id AND s.struck_at IS NULL)
     OR (NEW.kind = '{WarrantState.REVIEW_ASKED.value}' AND EXISTS (
       SELECT 1 FROM public.cases_custodydecision d WHERE d.id = asked.decision_id AND d.ended_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'this cannot follow on this warrant' USING ERRCODE = '23514', CONSTRAINT = 'warrant_step_follows';
  END IF;
  RETURN NEW;
END $$;

-- The limit of the reversal runs from a ruling of this transaction while custody goes on, whose start is held meanwhile, so that an
-- end which comes at once is seen; and is met by what is recorded or decided in the same one: that it was asked for, or that custody
-- ends.
CREATE OR REPLACE FUNCTION wall.warrant_reviewed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  custody uuid;
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF TG_OP = 'INSERT' AND NOT wall.is_corrected(NEW) THEN
    SELECT r.decision_id INTO custody FROM public.cases_warrantstep s JOIN public.cases_warrantrequest r ON r.id = s.request_id
    WHERE s.case_id = NEW.case_id AND s.kind = '{WarrantState.REJECTED.value}' AND s.happened_at = NEW.started_at
      AND s.recorded_at >= wall.begun();
    PERFORM FROM public.cases_custodydecision d WHERE d.id = custody AND d.ended_at IS NULL FOR SHARE;
  END IF;
  IF (TG_OP = 'INSERT' AND NOT FOUND AND NOT wall.is_corrected(NEW))
     OR (TG_OP = 'UPDATE' AND NOT EXISTS (
        SELECT 1 FROM public.cases_warrantstep s
        WHERE s.case_id = NEW.case_id AND s.kind = '{WarrantState.REVIEW_ASKED.value}' AND s.happened_at = NEW.met_at
          AND s.recorded_at >= wall.begun())
       AND NOT EXISTS (
        SELECT 1 FROM public.cases_custodydecision e
        WHERE e.case_id = NEW.case_id AND e.kind = 'end' AND e.approved AND e.decided_at >= wall.begun())) THEN
    RAISE EXCEPTION 'the limit of the reversal follows the ruling, and is met by asking for it or by ending custody'
      USING ERRCODE = '23514', CONSTRAINT = 'warrant_reviewed';
  END IF;
  RETURN NEW;
END $$;

-- The limit of the warrant is met by a request that is recorded as handed in within the same transaction, at its moment, for the
-- custody that it runs on: the one that began with it, or that lasts. One for an earlier custody does not meet it.
CREATE OR REPLACE FUNCTION wall.warrant_meets() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_warrantrequest r JOIN public.cases_custodydecision s ON s.id = r.decision_id
                 WHERE r.case_id = NEW.case_id AND r.requested_at = NEW.met_at AND r.recorded_at >= wall.begun()
                   AND (s.effective_at = NEW.started_at OR s.ended_at IS NULL)) THEN
    RAISE EXCEPTION 'the limit of the warrant is met by a request that was handed in'
      USING ERRCODE = '23514', CONSTRAINT = 'warrant_meets';
  END IF;
  RETURN NEW;
END $$;

-- Whether nothing is owed any more of what the judge asked for: a further step is recorded, this one was struck, or custody is over.
CREATE OR REPLACE FUNCTION wall.supplement_settled(of_case uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.cases_warrantstep s JOIN public.cases_warrantrequest r ON r.id = s.request_id
    JOIN public.cases_custodydecision d ON d.id = r.decision_id
    WHERE s.case_id = of_case AND s.id = which AND (s.struck_at IS NOT NULL OR d.ended_at IS NOT NULL OR EXISTS (
      SELECT 1 FROM public.cases_warrantstep n WHERE n.follows_id = s.id AND n.struck_at IS NULL)))
$$;

-- The step, the correction or the end of custody with which that came about does the duty, whoever recorded it.
CREATE OR REPLACE FUNCTION wall.supplement_over() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_duty d SET done_at = wall.clock(), done_by_id = wall.my_position()
  WHERE d.case_id = NEW.case_id AND d.kind = 'warrant_supplement' AND d.done_at IS NULL
    AND wall.supplement_settled(d.case_id, d.cause);
  RETURN NULL;
END $$;
"""

TRIGGERS = (
    act_triggers("cases_warrantdraft", {"": "warrant_request"})
    + """
CREATE OR REPLACE TRIGGER a_of_custody BEFORE INSERT OR UPDATE ON cases_warrantdraft
  FOR EACH ROW EXECUTE FUNCTION wall.warrant_of_custody();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_warrantdraft FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER a_needless BEFORE INSERT ON cases_requestwithdrawal
  FOR EACH ROW EXECUTE FUNCTION wall.request_withdrawn();
CREATE OR REPLACE TRIGGER a_approved BEFORE INSERT ON cases_warrantrequest
  FOR EACH ROW EXECUTE FUNCTION wall.warrant_approved();
CREATE OR REPLACE TRIGGER met_by_request BEFORE UPDATE ON cases_clock
  FOR EACH ROW WHEN (NEW.kind = 'warrant' AND NEW.met_at IS NOT NULL AND OLD.met_at IS NULL)
  EXECUTE FUNCTION wall.warrant_meets();
CREATE OR REPLACE TRIGGER a_follows BEFORE INSERT ON cases_warrantstep
  FOR EACH ROW EXECUTE FUNCTION wall.warrant_step_follows();
CREATE OR REPLACE TRIGGER settles AFTER INSERT OR UPDATE OF struck_at ON cases_warrantstep
  FOR EACH ROW EXECUTE FUNCTION wall.supplement_over();
CREATE OR REPLACE TRIGGER settles_supplement AFTER UPDATE OF ended_at ON cases_custodydecision
  FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION wall.supplement_over();
CREATE OR REPLACE TRIGGER review_from_ruling BEFORE INSERT ON cases_clock
  FOR EACH ROW WHEN (NEW.kind = 'warrant_review') EXECUTE FUNCTION wall.warrant_reviewed();
CREATE OR REPLACE TRIGGER review_met BEFORE UPDATE ON cases_clock
  FOR EACH ROW WHEN (NEW.kind = 'warrant_review' AND NEW.met_at IS NOT NULL AND OLD.met_at IS NULL)
  EXECUTE FUNCTION wall.warrant_reviewed();
"""
)
