"""Custody decisions belong to their case; the database signs them, and a decided one does not change."""

from agencies.staff.roles import Permission, Role
from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.declare import of_case
from security.walls.moments import NOW, POST, WALL, kept_by, within

TABLES = (
    act_table(
        "cases_custodydecision",
        content="effective_at, reason, place, place_withheld, heard, opinion, heard_why, purpose, grounds, place_kind, consent,"
        " expected_until, stay_after, start_id",
        later="ended_at",
    ),
    of_case("cases_unasked"),
    of_case("cases_consentanswer"),
    of_case("cases_childhearing"),
    of_case("cases_hearinganswer"),
)

MOMENTS = {
    "cases_custodydecision": {
        **act_moments("b_custody_start_signed"),
        "effective_at": kept_by("a_stays"),
        "decided_for": WALL,
        "ended_at": kept_by("a_stays"),
        # The next morning at the latest: until then an oral decision is confirmed in writing.
        "confirm_by": within("2 days"),
    },
    "cases_unasked": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_consentanswer": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_childhearing": {"recorded_at": NOW, "recorded_by_id": POST},
    "cases_hearinganswer": {"recorded_at": NOW, "recorded_by_id": POST},
}

ONLY_ORAL = ", ".join(
    f"'{role.value}'"
    for role in Role
    if role.may(Permission.RECORD_ORAL) and not role.may(Permission.DRAFT_DECISIONS)
)


# Of one child, whatever the case: what is in effect besides one start and lasts at a moment or begins later. A custody that ended
# the moment it began is none.
BESIDE = """FROM public.cases_custodydecision o JOIN public.cases_case c ON c.id = o.case_id
  WHERE c.child_id = whose AND o.kind = 'start' AND o.id IS DISTINCT FROM besides AND wall.custody_in_effect(o)
    AND coalesce(o.ended_at, 'infinity') > greatest(o.effective_at, since)"""

FUNCTIONS = f"""
-- Whether a decision is in effect: it was approved, or it was made orally and waits to be confirmed in writing.
CREATE OR REPLACE FUNCTION wall.custody_in_effect(d public.cases_custodydecision) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN coalesce(d.approved, d.is_oral AND d.taken_back_at IS NULL);

-- An opinion heard afterwards is added once, and the end is the one that a decision of its own set. What was decided orally has
-- happened: it is not changed while it waits for its confirmation, but it can be ended. Who only records what was decided orally
-- drafts nothing else. When custody began or ended is corrected by a decision of two people, and by nothing else
-- (wall.custody_corrected).
CREATE OR REPLACE FUNCTION wall.custody_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  added text[] := ARRAY['decided_by_id', 'decided_person_id', 'decided_at', 'approved', 'refused', 'note', 'opinion', 'ended_at'];
  moment constant text[] := ARRAY['effective_at', 'decided_for', 'confirm_by'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.ended_at IS NOT NULL THEN
      RAISE EXCEPTION 'a new decision has not ended' USING ERRCODE = '23514', CONSTRAINT = 'custody_stays';
    END IF;
    IF wall.my_role() IN ({ONLY_ORAL}) AND (NEW.kind <> 'start' OR NOT NEW.is_oral) THEN
      RAISE EXCEPTION 'this role records only what was decided orally' USING ERRCODE = '23514', CONSTRAINT = 'custody_stays';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND wall.custody_corrected(NEW.id, NEW.effective_at)
     AND (to_jsonb(NEW) - moment) IS NOT DISTINCT FROM (to_jsonb(OLD) - moment) THEN
    RETURN NEW;
  END IF;
  -- A draft that is about another moment is another version of it.
  IF NEW.effective_at IS DISTINCT FROM OLD.effective_at THEN
    IF OLD.decided_at IS NOT NULL OR NEW.decided_at IS NOT NULL OR OLD.taken_back_at IS NOT NULL
       OR (NOT wall.is_seeder() AND OLD.drafted_person_id IS DISTINCT FROM wall.my_staff()) THEN
      RAISE EXCEPTION 'only its drafter changes a draft, and only while it waits' USING ERRCODE = '23514', CONSTRAINT = 'draft_stays';
    END IF;
    NEW.version := OLD.version + 1;
  END IF;
  IF (OLD.is_oral AND (to_jsonb(NEW) - added) IS DISTINCT FROM (to_jsonb(OLD) - added))
     OR (OLD.opinion IS NOT NULL AND NEW.opinion IS DISTINCT FROM OLD.opinion AND (OLD.is_oral OR OLD.decided_at IS NOT NULL))
     OR (NEW.ended_at IS DISTINCT FROM OLD.ended_at AND (NOT wall.custody_in_effect(OLD) OR NOT EXISTS (
        SELECT 1 FROM public.cases_custodydecision e
        WHERE e.start_id = NEW.id AND e.case_id = NEW.case_id AND e.kind = 'end' AND e.approved AND e.effective_at = NEW.ended_at)
        OR EXISTS (SELECT 1 FROM public.cases_placechange m  -- the child was moved, so it was in custody still
                   WHERE m.start_id = NEW.id AND m.approved AND m.moved_at >= NEW.ended_at))) THEN
    RAISE EXCEPTION 'a drafted decision cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'custody_stays';
  END IF;
  RETURN NEW;
END $$;

-- A draft ends custody of its own case that lasts, also when its drafter changes which one. Of another's case nothing is said.
CREATE OR REPLACE FUNCTION wall.ends_own_custody() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF (TG_OP = 'INSERT' OR NEW.start_id IS DISTINCT FROM OLD.start_id) AND NOT EXISTS (
      SELECT 1 FROM public.cases_custodydecision s
      WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start' AND wall.custody_in_effect(s) AND s.ended_at IS NULL) THEN
    RAISE EXCEPTION 'only custody that lasts can be ended' USING ERRCODE = '23514', CONSTRAINT = 'ends_own_custody';
  END IF;
  RETURN NEW;
END $$;

-- Two custodies of one child never overlap, in whatever case, and also for the seeder. The child's row is locked, so that of two
-- starts in two cases the second sees the first; each statement here has a snapshot of its own. What only becomes shorter, or is
-- confirmed as it was, overlaps nothing new.
CREATE OR REPLACE FUNCTION wall.custody_apart() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whose uuid := (SELECT k.child_id FROM public.cases_case k WHERE k.id = NEW.case_id);
  besides uuid := NEW.id;
  since timestamptz := NEW.effective_at;
  until timestamptz := coalesce(NEW.ended_at, 'infinity');
BEGIN
  IF NOT wall.custody_in_effect(NEW) OR (TG_OP = 'UPDATE' AND wall.custody_in_effect(OLD)
     AND since >= OLD.effective_at AND until >= since AND until <= coalesce(OLD.ended_at, 'infinity')) THEN
    RETURN NULL;
  END IF;
  PERFORM FROM public.cases_child k WHERE k.id = whose FOR NO KEY UPDATE;
  IF until < since OR EXISTS (SELECT 1 {BESIDE} AND o.effective_at < until AND since < until) THEN
    RAISE EXCEPTION 'two custodies of one child do not overlap' USING ERRCODE = '23514', CONSTRAINT = 'custody_apart';
  END IF;
  RETURN NULL;
END $$;

-- An answer is about a custody of its own case, and of one of the people of that case. Of another's case nothing is said.
CREATE OR REPLACE FUNCTION wall.consent_of_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (wall.is_seeder() OR wall.holds_on(NEW.case_id, 'edit')) AND (NOT EXISTS (
       SELECT 1 FROM public.cases_custodydecision d
       WHERE d.id = NEW.decision_id AND d.case_id = NEW.case_id AND d.kind = 'start')
     OR (NEW.person_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM public.cases_person p WHERE p.id = NEW.person_id AND p.case_id = NEW.case_id))) THEN
    RAISE EXCEPTION 'an answer is about a custody and a person of its own case'
      USING ERRCODE = '23514', CONSTRAINT = 'consent_of_case';
  END IF;
  RETURN NEW;
END $$;

-- That somebody is not asked is decided of one of the people of the same case, before custody lasts. Of another's case nothing is
-- said.
CREATE OR REPLACE FUNCTION wall.unasked_before() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_person p WHERE p.id = NEW.person_id AND p.case_id = NEW.case_id)
     OR EXISTS (SELECT 1 FROM public.cases_custodydecision d
                WHERE d.case_id = NEW.case_id AND d.kind = 'start' AND wall.custody_in_effect(d) AND d.ended_at IS NULL) THEN
    RAISE EXCEPTION 'who is not asked is decided before custody, of a person of the case'
      USING ERRCODE = '23514', CONSTRAINT = 'unasked_before';
  END IF;
  RETURN NEW;
END $$;

-- For who writes on a case: the custody of its child that lasts at a moment or begins later, also in a case that the caller does
-- not read; of such a case no number.
CREATE OR REPLACE FUNCTION wall.custody_beside(which uuid, besides uuid, since timestamptz)
RETURNS TABLE (started_at timestamptz, ended_at timestamptz, number text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whose uuid := (SELECT k.child_id FROM public.cases_case k WHERE k.id = which AND wall.holds_on(k.id, 'edit'));
BEGIN
  RETURN QUERY SELECT o.effective_at, o.ended_at, CASE WHEN wall.holds_on(c.id, 'view') THEN c.number::text END
  {BESIDE} ORDER BY o.effective_at LIMIT 1;
END $$;
"""

CALLERS = {"runtime": ("custody_beside(uuid, uuid, timestamptz)",)}

_ACTS = {"NEW.kind = 'start'": "custody_start", "NEW.kind = 'end'": "custody_end"}
TRIGGERS = (
    act_triggers(
        "cases_custodydecision",
        _ACTS,
        later=("opinion", "ended_at", "effective_at", "decided_for", "confirm_by"),
    )
    + """
CREATE OR REPLACE TRIGGER a_stays BEFORE INSERT OR UPDATE ON cases_custodydecision
  FOR EACH ROW EXECUTE FUNCTION wall.custody_stays();
CREATE OR REPLACE TRIGGER before_custody BEFORE INSERT ON cases_unasked FOR EACH ROW EXECUTE FUNCTION wall.unasked_before();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_unasked FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER a_ends_own BEFORE INSERT OR UPDATE OF start_id ON cases_custodydecision
  FOR EACH ROW WHEN (NEW.kind = 'end') EXECUTE FUNCTION wall.ends_own_custody();
CREATE OR REPLACE TRIGGER of_case BEFORE INSERT OR UPDATE ON cases_consentanswer
  FOR EACH ROW EXECUTE FUNCTION wall.consent_of_case();
CREATE OR REPLACE TRIGGER custody_apart AFTER INSERT OR UPDATE ON cases_custodydecision
  FOR EACH ROW WHEN (NEW.kind = 'start') EXECUTE FUNCTION wall.custody_apart();
"""
)
