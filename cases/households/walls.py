"""A membership belongs to its case. The household itself says nothing; how many of its cases a reader does not see is counted."""

from security.walls.declare import HOLDS_CASES, Policy, Table, of_case
from security.walls.moments import NOW, POST, WALL

# The inner table has its own wall: a household is there for whoever sees one of its cases.
MEMBER_SEEN = (
    "(SELECT true FROM public.cases_householdmember m WHERE m.household_id = cases_household.id LIMIT 1)"
)

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
    of_case("cases_householdmember"),
)

MOMENTS = {
    "cases_household": {"made_at": NOW, "made_by_id": POST},
    "cases_householdmember": {
        "joined_at": NOW,
        "joined_by_id": POST,
        "left_at": WALL,
        "left_by_id": WALL,
    },
}

FUNCTIONS = """
-- A case joins a household of its own office: one that the caller has just made, or one in which the caller writes on another case.
-- A foreign household, a missing one and one of another office are answered alike.
CREATE OR REPLACE FUNCTION wall.member_joins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
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

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_joins BEFORE INSERT ON cases_householdmember
  FOR EACH ROW EXECUTE FUNCTION wall.member_joins();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_householdmember
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""
