"""A membership belongs to its case. The household itself says nothing; how many of its cases a reader does not see is counted."""

from dataclasses import replace

from cases.decisions.walls import act_moments, act_table, act_triggers
from security.walls.declare import HOLDS_CASES, Policy, Table, mine, of_case
from security.walls.moments import NOW, POST, kept_by


def _on_both(policy: Policy) -> Policy:
    """The policy of a draft, asked of the other case too."""
    other = mine("other_id", "view" if policy.verb == "SELECT" else "edit")
    using, check = (part and f"({part}) AND ({other})" for part in (policy.using, policy.check))
    return replace(policy, using=using, check=check)


# The inner table has its own wall: a household is there for whoever sees one of its cases.
MEMBER_SEEN = (
    "(SELECT true FROM public.cases_householdmember m WHERE m.household_id = cases_household.id LIMIT 1)"
)

# Nobody sees that two households are to be joined but who sees the case of each: the row names both.
_ACTS = act_table("cases_householdjoin", content="other_id, into_id, joined_id, reason")
_JOINS = replace(_ACTS, policies=tuple(_on_both(policy) for policy in _ACTS.policies))

TABLES = (
    Table(
        "cases_household",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=MEMBER_SEEN),
            Policy(
                "INSERT",
                check="office_id = (SELECT wall.my_office()) AND (SELECT wall.my_office_kind()) = 'cgc'",
            ),
        ),
        gate=HOLDS_CASES,
    ),
    of_case("cases_householdmember", update="left_at, left_by_id, left_on, left_reason"),
    of_case("cases_memberfacts"),
    act_table("cases_householdsplit", content="member_id, left_on, reason"),
    _JOINS,
)

MOMENTS = {
    "cases_household": {"made_at": NOW, "made_by_id": POST},
    "cases_householdmember": {
        "joined_at": NOW,
        "joined_by_id": POST,
        "left_at": kept_by("c_leaves"),
        "left_by_id": kept_by("c_leaves"),
    },
    "cases_memberfacts": {"written_at": NOW, "written_by_id": POST},
    "cases_householdjoin": act_moments("b_household_join_signed"),
    "cases_householdsplit": act_moments("b_household_split_signed"),
}

FUNCTIONS = """
-- A case joins a household of its own office: one that the caller has just made, or one in which the caller writes on another case.
-- A foreign household, a missing one and one of another office are answered alike.
CREATE OR REPLACE FUNCTION wall.member_joins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF NEW.left_at IS NOT NULL OR NEW.left_by_id IS NOT NULL OR NEW.left_on IS NOT NULL OR NEW.left_reason IS NOT NULL THEN
    RAISE EXCEPTION 'a case joins before it leaves' USING ERRCODE = '23514', CONSTRAINT = 'member_joins';
  END IF;
  -- The policy refuses; whether a supervisor separated a case is said to nobody but who works on it.
  IF pg_trigger_depth() = 1 AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;
  -- A joining of this household that is under way is waited for (it takes FOR UPDATE), and then seen.
  PERFORM 1 FROM public.cases_household h WHERE h.id = NEW.household_id FOR KEY SHARE;
  IF EXISTS (SELECT 1 FROM public.cases_householdmember m WHERE m.case_id = NEW.case_id AND m.household_id = NEW.household_id
             AND m.left_reason IS NOT NULL) AND wall.my_role() NOT IN ('supervisor', 'director') AND pg_trigger_depth() = 1 THEN
    RAISE EXCEPTION 'a supervisor separated it' USING ERRCODE = '23514', CONSTRAINT = 'member_joins';
  END IF;
  IF NOT EXISTS (
      SELECT 1 FROM public.cases_household h JOIN public.cases_case c ON c.id = NEW.case_id AND c.office_id = h.office_id
      WHERE h.id = NEW.household_id AND h.office_id = wall.my_office()
        AND (EXISTS (SELECT 1 FROM public.cases_householdmember m
                     WHERE m.household_id = h.id AND m.left_at IS NULL AND wall.holds_on(m.case_id, 'edit'))
             OR (h.made_by_id = wall.my_position()
                 AND NOT EXISTS (SELECT 1 FROM public.cases_householdmember m WHERE m.household_id = h.id)))) THEN
    RAISE EXCEPTION 'a case joins a household of one''s own' USING ERRCODE = '23514', CONSTRAINT = 'member_joins';
  END IF;
  RETURN NEW;
END $$;

-- A household is made with a case that belongs to it, within one transaction: asked at its end. An empty one would be a row that
-- nobody sees and nobody can take away.
CREATE OR REPLACE FUNCTION wall.household_has_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.cases_householdmember m WHERE m.household_id = NEW.id) THEN
    RAISE EXCEPTION 'a household has a case' USING ERRCODE = '23514', CONSTRAINT = 'household_has_case';
  END IF;
  RETURN NULL;
END $$;

-- A member leaves once, by a decision that is approved in this transaction (wall.clock() is constant within one): a supervisor in the
-- line of the case or the director separates it, with a day and a reason, or its household is joined to another one.
CREATE OR REPLACE FUNCTION wall.member_leaves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF OLD.left_at IS NULL AND EXISTS (
      SELECT 1 FROM public.cases_householdjoin j
      WHERE j.joined_id = OLD.household_id AND j.approved AND j.decided_at = wall.clock() AND pg_trigger_depth() > 1) THEN
    RETURN NEW;
  END IF;
  IF NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF OLD.left_at IS NOT NULL OR NEW.left_at IS NULL OR NEW.left_on IS NULL OR NEW.left_reason IS NULL
     OR NOT wall.holds_on(NEW.case_id, 'manage') OR NOT EXISTS (
       SELECT 1 FROM public.cases_householdsplit s
       WHERE s.member_id = NEW.id AND s.case_id = NEW.case_id AND s.approved AND s.decided_at = wall.clock()) THEN
    RAISE EXCEPTION 'a case is separated by a decision, once' USING ERRCODE = '23514', CONSTRAINT = 'member_leaves';
  END IF;
  NEW.left_at := wall.clock();
  NEW.left_by_id := wall.my_position();
  RETURN NEW;
END $$;

-- A draft of a separation names the membership that its own case has now.
CREATE OR REPLACE FUNCTION wall.splits_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (SELECT 1 FROM public.cases_householdmember m
                 WHERE m.id = NEW.member_id AND m.case_id = NEW.case_id AND m.left_at IS NULL) THEN
    RAISE EXCEPTION 'a separation is of a member of this case' USING ERRCODE = '23514', CONSTRAINT = 'splits_member';
  END IF;
  RETURN NEW;
END $$;

-- What is written of a member is written on its own case, while it belongs to the household.
CREATE OR REPLACE FUNCTION wall.facts_of_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;
  IF NOT EXISTS (SELECT 1 FROM public.cases_householdmember m
                 WHERE m.id = NEW.member_id AND m.case_id = NEW.case_id AND m.left_at IS NULL) THEN
    RAISE EXCEPTION 'facts are of a member of this case' USING ERRCODE = '23514', CONSTRAINT = 'facts_of_member';
  END IF;
  RETURN NEW;
END $$;

-- A draft names two households of one office, and a case in each. Decided, both are so still, and the decider works on both cases.
CREATE OR REPLACE FUNCTION wall.joins_two() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND NEW.approved IS NOT TRUE
     AND (NEW.other_id, NEW.into_id, NEW.joined_id) IS NOT DISTINCT FROM (OLD.other_id, OLD.into_id, OLD.joined_id) THEN
    RETURN NEW;  -- returned, taken back, or another reason
  END IF;
  IF NOT wall.holds_on(NEW.case_id, 'edit') OR NOT wall.holds_on(NEW.other_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NEW.approved THEN
    -- First the cases, then the households, as whoever links does, and each in one order: two joinings of the same pair, in either
    -- direction, wait for each other.
    PERFORM 1 FROM public.cases_case c WHERE c.id IN (
      SELECT m.case_id FROM public.cases_householdmember m WHERE m.household_id = NEW.joined_id AND m.left_at IS NULL)
    ORDER BY c.id FOR KEY SHARE;
    PERFORM 1 FROM public.cases_household h WHERE h.id IN (NEW.into_id, NEW.joined_id) ORDER BY h.id FOR UPDATE;
  END IF;
  IF NEW.into_id = NEW.joined_id
     OR (SELECT count(DISTINCT h.office_id) FROM public.cases_household h WHERE h.id IN (NEW.into_id, NEW.joined_id)) <> 1
     OR NOT EXISTS (SELECT 1 FROM public.cases_householdmember m
                    WHERE m.case_id = NEW.case_id AND m.household_id = NEW.into_id AND m.left_at IS NULL)
     OR NOT EXISTS (SELECT 1 FROM public.cases_householdmember m
                    WHERE m.case_id = NEW.other_id AND m.household_id = NEW.joined_id AND m.left_at IS NULL) THEN
    RAISE EXCEPTION 'two households of one office are joined' USING ERRCODE = '23514', CONSTRAINT = 'joins_two';
  END IF;
  RETURN NEW;
END $$;

-- The joining itself: each row of the joined household ends, and the case has a new one in the other. It reaches the cases that the
-- decider does not see, and gives nothing of them; sealed columns of the new rows are empty, since nobody here holds their keys.
CREATE OR REPLACE FUNCTION wall.join_households() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moved uuid[];
BEGIN
  IF wall.is_seeder() OR OLD.approved IS TRUE OR NEW.approved IS NOT TRUE THEN RETURN NULL; END IF;
  WITH ended AS (
    UPDATE public.cases_householdmember SET left_at = wall.clock(), left_by_id = wall.my_position()
    WHERE household_id = NEW.joined_id AND left_at IS NULL RETURNING case_id
  )
  SELECT array_agg(case_id) INTO moved FROM ended;
  INSERT INTO public.cases_householdmember (id, case_id, household_id, joined_at, joined_by_id)
  SELECT gen_random_uuid(), one, NEW.into_id, wall.clock(), wall.my_position() FROM unnest(moved) one;
  RETURN NULL;
END $$;

-- How many cases of the household of a case its reader does not see: the number alone, to nobody but a reader of that case.
CREATE OR REPLACE FUNCTION wall.others_in_household(of_case uuid) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::integer FROM public.cases_householdmember own
  JOIN public.cases_householdmember other ON other.household_id = own.household_id AND other.left_at IS NULL
  WHERE own.case_id = of_case AND own.left_at IS NULL AND wall.holds_on(of_case, 'view')
    AND NOT wall.holds_on(other.case_id, 'view')
$$;
"""

CALLERS = {"runtime": ("others_in_household(uuid)",)}

TRIGGERS = (
    act_triggers("cases_householdjoin", {"": "household_join"}, by_line=True)
    + act_triggers("cases_householdsplit", {"": "household_split"}, by_line=True)
    + """
CREATE OR REPLACE TRIGGER c_member BEFORE INSERT OR UPDATE OF member_id ON cases_householdsplit
  FOR EACH ROW EXECUTE FUNCTION wall.splits_member();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_householdsplit
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER b_joins BEFORE INSERT ON cases_householdmember
  FOR EACH ROW EXECUTE FUNCTION wall.member_joins();
CREATE CONSTRAINT TRIGGER has_case AFTER INSERT ON cases_household DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION wall.household_has_case();
CREATE OR REPLACE TRIGGER c_leaves BEFORE UPDATE ON cases_householdmember
  FOR EACH ROW EXECUTE FUNCTION wall.member_leaves();
-- A closed case goes with its household when that is joined to another one (then a trigger inserts).
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_householdmember
  FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER b_member BEFORE INSERT ON cases_memberfacts
  FOR EACH ROW EXECUTE FUNCTION wall.facts_of_member();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_memberfacts
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER c_joins_two BEFORE INSERT OR UPDATE ON cases_householdjoin
  FOR EACH ROW EXECUTE FUNCTION wall.joins_two();
CREATE OR REPLACE TRIGGER d_joins AFTER UPDATE ON cases_householdjoin
  FOR EACH ROW EXECUTE FUNCTION wall.join_households();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_householdjoin
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
)
