"""Confirmations and exceptions belong to the case; the clock of a confirmation is the database's."""

from agencies.agreements.codes import OWN_RULE
from cases.decisions.walls import act_moments, act_table, act_triggers
from referrals.consent.codes import STANDING, Ground
from security.walls.declare import HOLDS_CASES, Policy, Recorded, Table, mine, of_case
from security.walls.moments import kept_by

TABLES = (
    of_case("referrals_intention", update="superseded_at, withdrawal_reason"),
    Table(
        "referrals_withdrawal",
        {"runtime": "SELECT"},
        (Policy("SELECT", using=mine("case_id", "view")),),
        recorded=Recorded("case_id"),
        gate=HOLDS_CASES,
    ),
    act_table(
        "referrals_exceptionrequest",
        content="ground, recipient_id, items, despite_items, despite, reason, condition",
        later="expires_at",
    ),
)

MOMENTS = {
    "referrals_intention": {
        **dict.fromkeys(("asked_at", "recorded_at", "recorded_by_id", "valid_until"), kept_by("recorded")),
        **dict.fromkeys(("superseded_at", "withdrawn_at", "withdrawn_by_id"), kept_by("stays")),
    },
    "referrals_exceptionrequest": {
        **act_moments("b_exception_signed"),
        "expires_at": kept_by("c_sound"),
        "spent_at": kept_by("a_stays"),
    },
}

CARRIED = "".join(
    f"\n      AND (ground <> '{ground.value}' OR told <@ ARRAY[{', '.join(map(repr, ground.basis.carries))}])"
    for ground in Ground
    if ground.basis.carries
)

FUNCTIONS = f"""
-- Who recorded it, when, and for how long at most: values that the application sends are overwritten.
CREATE OR REPLACE FUNCTION wall.intention_is_recorded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  months integer;
BEGIN
  IF NOT wall.is_seeder() THEN
    NEW.recorded_by_id := wall.my_position();
    NEW.recorded_at := wall.clock();
  END IF;
  IF (NEW.superseded_at, NEW.withdrawn_at, NEW.withdrawn_by_id) IS DISTINCT FROM (NULL, NULL, NULL) THEN
    RAISE EXCEPTION 'a new answer of a child has not ended' USING ERRCODE = '23514', CONSTRAINT = 'intention_stays';
  END IF;
  IF NEW.understood IS NULL AND NOT wall.is_seeder() THEN
    RAISE EXCEPTION 'an answer says whether the child understood' USING ERRCODE = '23514', CONSTRAINT = 'intention_understood';
  END IF;
  IF NEW.asked_at > NEW.recorded_at + interval '10 minutes' THEN
    RAISE EXCEPTION 'the child is asked before the answer is recorded' USING ERRCODE = '23514', CONSTRAINT = 'intention_asked_before';
  END IF;
  -- The policy refuses. What follows compares with hidden answers, and would tell by its error what they say.
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;
  IF (NEW.corrects_id IS NULL) <> (NEW.correction IS NULL) OR (NEW.corrects_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.referrals_intention wrong
      WHERE wrong.id = NEW.corrects_id AND wrong.case_id = NEW.case_id AND wrong.recipient_id = NEW.recipient_id
        AND wrong.purpose = NEW.purpose AND (wrong.superseded_at IS NOT NULL OR wrong.withdrawn_at IS NOT NULL)
        AND (NEW.result <> 'unable' OR (wrong.result NOT IN ('declines', 'undecided') AND wrong.withdrawn_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = wrong.id))))) THEN
    RAISE EXCEPTION 'a correction names the record it corrects, and why' USING ERRCODE = '23514', CONSTRAINT = 'intention_corrects';
  END IF;
  IF NEW.result <> 'wishes' THEN NEW.items := '{{}}'; END IF;
  SELECT o.intention_months_most INTO months FROM public.agencies_office o
  JOIN public.cases_case c ON c.office_id = o.id WHERE c.id = NEW.case_id;
  IF NEW.valid_until > NEW.recorded_at + make_interval(months => months) + interval '1 day' THEN
    RAISE EXCEPTION 'a confirmation does not hold that long' USING ERRCODE = '23514', CONSTRAINT = 'intention_term';
  END IF;
  RETURN NEW;
END $$;

-- A recorded answer never changes: only its ending and the reason of a withdrawal may be written later, each once.
CREATE OR REPLACE FUNCTION wall.intention_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  may_change text[] := ARRAY['superseded_at', 'withdrawn_at', 'withdrawn_by_id', 'withdrawal_reason'];
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF to_jsonb(NEW) - may_change IS DISTINCT FROM to_jsonb(OLD) - may_change
     OR (OLD.withdrawn_at IS NOT NULL
         AND (NEW.withdrawn_at, NEW.withdrawn_by_id) IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_by_id))
     OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
     OR (OLD.withdrawal_reason IS NOT NULL AND NEW.withdrawal_reason IS DISTINCT FROM OLD.withdrawal_reason) THEN
    RAISE EXCEPTION 'a recorded intention cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'intention_stays';
  END IF;
  IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL THEN
    SELECT w.withdrawn_at, w.withdrawn_by_id INTO STRICT NEW.withdrawn_at, NEW.withdrawn_by_id
    FROM public.referrals_withdrawal w WHERE w.intention_id = NEW.id ORDER BY w.withdrawn_at, w.id LIMIT 1;
  END IF;
  IF OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL THEN NEW.superseded_at := wall.clock(); END IF;
  RETURN NEW;
END $$;

-- The withdrawal (ADR 15). First a row is added, which waits for no lock: from its commit on nothing is read or sent on that
-- confirmation. Then the confirmation itself and what rests on it are ended; where another transaction holds one of these rows
-- for more than a second, wall.settle_withdrawals ends them later.
CREATE OR REPLACE FUNCTION wall.withdraw(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
  INSERT INTO public.referrals_withdrawal (id, case_id, intention_id, withdrawn_at, withdrawn_by_id)
  SELECT gen_random_uuid(), i.case_id, i.id, wall.clock(), wall.my_position() FROM public.referrals_intention i
  WHERE i.id = which AND wall.holds_on(i.case_id, 'edit');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this identity may not withdraw it' USING ERRCODE = '23514', CONSTRAINT = 'withdrawn_by_team';
  END IF;
  BEGIN
    UPDATE public.referrals_intention SET withdrawn_at = wall.clock(), withdrawn_by_id = wall.my_position()
    WHERE id = which AND withdrawn_at IS NULL;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    RAISE WARNING 'a withdrawal is settled later';
  END;
END $$;

-- For a job: writes withdrawals on the confirmations that were held then; those still held wait for the next run.
CREATE OR REPLACE FUNCTION wall.settle_withdrawals() RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.referrals_intention SET withdrawn_at = wall.clock()
  WHERE id IN (SELECT i.id FROM public.referrals_intention i
               WHERE i.withdrawn_at IS NULL
                 AND EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = i.id)
               FOR NO KEY UPDATE SKIP LOCKED)
$$;

-- Whether the child has given an answer. A refusal, being undecided and a withdrawal stay answers (ADR 26: never
-- "cannot be formed"), whatever one person writes after them, a correction too; a wish counts while it is the newest record for
-- its office, towards every office (ADR 33).
CREATE OR REPLACE FUNCTION wall.intention_is_formed(of_case uuid, for_purpose text) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH said AS (SELECT i.* FROM public.referrals_intention i WHERE i.case_id = of_case AND i.purpose = for_purpose)
  SELECT EXISTS (SELECT 1 FROM said WHERE result IN ('declines', 'undecided') OR withdrawn_at IS NOT NULL
                   OR EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = said.id))
    OR EXISTS (SELECT 1 FROM (SELECT DISTINCT ON (recipient_id) result FROM said
                              ORDER BY recipient_id, recorded_at DESC, superseded_at DESC NULLS FIRST) newest
               WHERE newest.result = 'wishes')
$$;

-- What the child does not want told to some office, by the newest answer that speaks of the item at all (ADR 33).
CREATE OR REPLACE FUNCTION wall.refused_items(of_case uuid, for_purpose text) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT newest.item), '{{}}') FROM (
    SELECT DISTINCT ON (i.recipient_id, spoken.item) spoken.item, spoken.refused
    FROM public.referrals_intention i
    CROSS JOIN LATERAL (SELECT unnest(i.items)::text, false UNION ALL SELECT unnest(i.refused_items)::text, true)
      AS spoken (item, refused)
    WHERE i.case_id = of_case AND i.purpose = for_purpose
    ORDER BY i.recipient_id, spoken.item, i.recorded_at DESC, i.superseded_at DESC NULLS FIRST) newest
  WHERE newest.refused
$$;

-- Whether these items go past what the child does not want told only where danger to life or body does so item by item.
CREATE OR REPLACE FUNCTION wall.refusals_are_kept(e public.referrals_exceptionrequest, told text[]) RETURNS boolean LANGUAGE sql
STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT EXISTS (
    SELECT 1 FROM unnest(told) item
    WHERE item = ANY(wall.refused_items(e.case_id, e.purpose))
      AND NOT (e.ground = 'danger' AND item = ANY(e.despite_items::text[])))
$$;

-- The two fixed grounds always, any other only where an agreement in force names it; the duty to accuse also where the office's own
-- written rule does, which has no recipient. Listed items go as one agreement lists them, an answer to whoever brought the child
-- says its facts alone.
CREATE OR REPLACE FUNCTION wall.ground_is_on(ground text, of_case uuid, recipient uuid, told text[]) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT ground IN ({", ".join(repr(ground.value) for ground in Ground if ground in STANDING)}) OR EXISTS (
    SELECT 1 FROM public.agencies_sharingagreement a JOIN public.cases_case c ON c.office_id = a.sender_id
    WHERE c.id = of_case AND (a.recipient_id = recipient OR (a.recipient_id IS NULL AND ground = '{OWN_RULE}'))
      AND ground = ANY(a.grounds::text[])
      AND (ground <> 'listed_items' OR told <@ a.listed::text[]){CARRIED}
      AND a.approved AND a.starts_on <= wall.today() AND a.ends_on >= wall.today())
$$;

-- What an exception must be when it is asked for, and again when it is approved.
CREATE OR REPLACE FUNCTION wall.exception_is_sound() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.decided_at IS NOT NULL OR NEW.approved IS FALSE OR NEW.taken_back_at IS NOT NULL THEN RETURN NEW; END IF;
  ELSIF NEW.spent_at IS NOT NULL OR NEW.spent_on IS NOT NULL THEN
    RAISE EXCEPTION 'a new exception has not been used' USING ERRCODE = '23514', CONSTRAINT = 'exception_stays';
  END IF;
  -- The policy refuses. What follows would tell by its error what the child of a hidden case said, and does not want told.
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;
  IF NOT wall.ground_is_on(NEW.ground, NEW.case_id, NEW.recipient_id, NEW.items::text[]) THEN
    RAISE EXCEPTION 'no agreement names this ground' USING ERRCODE = '23514', CONSTRAINT = 'exception_ground';
  END IF;
  IF NEW.ground = 'cannot_form' AND (NEW.condition IS NULL OR wall.intention_is_formed(NEW.case_id, NEW.purpose)) THEN
    RAISE EXCEPTION 'the intention can be formed' USING ERRCODE = '23514', CONSTRAINT = 'exception_cannot_form';
  END IF;
  IF NOT wall.refusals_are_kept(NEW, NEW.items::text[]) OR (NEW.despite IS NULL) <> (cardinality(NEW.despite_items) = 0) THEN
    RAISE EXCEPTION 'the child does not want that told' USING ERRCODE = '23514', CONSTRAINT = 'exception_refused_items';
  END IF;
  IF NEW.expires_at > wall.clock() + interval '31 days' THEN
    RAISE EXCEPTION 'an exception does not hold that long' USING ERRCODE = '23514', CONSTRAINT = 'exception_term';
  END IF;
  RETURN NEW;
END $$;

-- An exception is used once: what is spent stays spent, and no decided one is prolonged. It runs as its caller: only the gate,
-- which is wall, spends one.
CREATE OR REPLACE FUNCTION wall.exception_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF (OLD.decided_at IS NOT NULL AND NEW.expires_at > OLD.expires_at)
     OR ((NEW.spent_at, NEW.spent_on) IS DISTINCT FROM (OLD.spent_at, OLD.spent_on)
         AND (OLD.spent_at IS NOT NULL OR NOT wall.acts_itself())) THEN
    RAISE EXCEPTION 'a decided exception cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'exception_stays';
  END IF;
  RETURN NEW;
END $$;

-- An approval needs the duties that follow from it: explaining it to the child, and a later review by a person who did not ask
-- for it and, unless it is left to them, did not decide it. Both are undone, fall due within the office's days, and have an owner
-- who is in office.
CREATE OR REPLACE FUNCTION wall.exception_leaves_duties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (SELECT count(DISTINCT d.kind) FROM public.cases_duty d JOIN public.agencies_position p ON p.id = d.owner_id
      JOIN public.cases_case c ON c.id = d.case_id JOIN public.agencies_office o ON o.id = c.office_id
      WHERE d.case_id = NEW.case_id AND d.cause = NEW.id AND d.done_at IS NULL AND wall.position_holds(p.id)
        AND d.due_at <= wall.clock() + interval '10 minutes'  -- clocks differ by minutes
            + make_interval(days => CASE d.kind WHEN 'explain_exception' THEN o.explain_days ELSE o.review_days END)
        AND (d.kind = 'explain_exception'
          OR (d.kind = 'review_exception' AND NEW.drafted_person_id = ANY(d.barred)
              AND (NEW.decided_person_id = ANY(d.barred) OR p.staff_id = NEW.decided_person_id)))) < 2 THEN
    RAISE EXCEPTION 'an approved exception leaves two duties' USING ERRCODE = '23514', CONSTRAINT = 'exception_duties';
  END IF;
  RETURN NULL;
END $$;
"""

CALLERS = {"runtime": ("withdraw(uuid)",)}

_LATER = ("expires_at", "spent_at", "spent_on")
TRIGGERS = (
    act_triggers("referrals_exceptionrequest", {"": "exception"}, later=_LATER)
    + """
CREATE OR REPLACE TRIGGER stays BEFORE UPDATE ON referrals_intention FOR EACH ROW EXECUTE FUNCTION wall.intention_stays();
CREATE OR REPLACE TRIGGER recorded BEFORE INSERT ON referrals_intention
  FOR EACH ROW EXECUTE FUNCTION wall.intention_is_recorded();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON referrals_exceptionrequest
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER a_stays BEFORE UPDATE ON referrals_exceptionrequest
  FOR EACH ROW EXECUTE FUNCTION wall.exception_stays();
CREATE OR REPLACE TRIGGER c_sound BEFORE INSERT OR UPDATE ON referrals_exceptionrequest
  FOR EACH ROW EXECUTE FUNCTION wall.exception_is_sound();
CREATE CONSTRAINT TRIGGER leaves_duties AFTER UPDATE OF approved ON referrals_exceptionrequest DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.approved AND OLD.approved IS NULL) EXECUTE FUNCTION wall.exception_leaves_duties();
"""
)
