"""The vacancy board: an institution keeps its own rows, child guidance centers read them, nobody else does."""

from agencies.staff.roles import Permission, Role, in_sql
from agencies.vacancies.models import Unit
from security.walls.declare import Policy, Table
from security.walls.moments import NAMED, NOW, POST, kept_by

KEEPERS = in_sql(role for role in Role if role.may(Permission.KEEP_VACANCIES))
READERS = in_sql(role for role in Role if role.may(Permission.WORK_ON_CASES))
OWN = f"(office_id = (SELECT wall.my_office()) AND (SELECT wall.my_role()) IN ({KEEPERS}))"
READS = f"(SELECT wall.my_role()) IN ({READERS})"
TOLD = ", ".join(Unit.TOLD)

TABLES = (
    Table(
        "agencies_unit",
        {
            "runtime": f"SELECT, INSERT, UPDATE ({TOLD}, version, updated_by_id, updated_at, withdrawn_by_id, withdrawn_at)"
        },
        (
            Policy("SELECT", using=OWN),
            Policy("SELECT", using=READS),
            Policy("INSERT", check=OWN),
            Policy("UPDATE", using=OWN, check=OWN),
        ),
    ),
    Table(
        "agencies_therapist",
        {"runtime": "SELECT, INSERT, UPDATE (until_on)"},
        (
            # A center reads how many there are (wall.therapists_posted), and no name.
            Policy("SELECT", using=OWN),
            Policy("INSERT", check=OWN),
            Policy("UPDATE", using=OWN, check=OWN),
        ),
    ),
    Table(
        "agencies_therapyneed",
        {"runtime": "SELECT, INSERT"},
        (Policy("SELECT", using=OWN), Policy("SELECT", using=READS), Policy("INSERT", check=OWN)),
    ),
)

MOMENTS = {
    "agencies_unit": {
        **dict.fromkeys(
            ("updated_by_id", "updated_at", "withdrawn_by_id", "withdrawn_at"), kept_by("b_kept")
        ),
        "free_from": kept_by("b_kept"),
    },
    "agencies_therapist": {
        "from_on": NAMED,
        "until_on": kept_by("b_ended"),
        "kept_by_id": POST,
        "kept_at": NOW,
    },
    "agencies_therapyneed": {"counted_on": kept_by("b_counted"), "kept_by_id": POST, "kept_at": NOW},
}

FUNCTIONS = f"""
-- Whoever writes a unit signs it, with the moment; of two who change it at once the second has read what the first wrote. What was
-- withdrawn stays as it is.
CREATE OR REPLACE FUNCTION wall.unit_is_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.version <> 1 OR NEW.withdrawn_at IS NOT NULL OR NEW.withdrawn_by_id IS NOT NULL THEN
      RAISE EXCEPTION 'a unit begins on the board' USING ERRCODE = '23514', CONSTRAINT = 'unit_begins';
    END IF;
  ELSE
    IF OLD.withdrawn_at IS NOT NULL OR NEW.version <> OLD.version + 1 THEN
      RAISE EXCEPTION 'this is not what the unit says now' USING ERRCODE = '23514', CONSTRAINT = 'unit_is_kept';
    END IF;
    IF NEW.withdrawn_at IS NOT NULL THEN
      NEW.withdrawn_at := wall.clock();
      NEW.withdrawn_by_id := wall.my_position();
    ELSE
      NEW.withdrawn_by_id := NULL;
    END IF;
  END IF;
  NEW.updated_at := wall.clock();
  NEW.updated_by_id := wall.my_position();
  RETURN NEW;
END $$;

-- The last day of a post is entered once.
CREATE OR REPLACE FUNCTION wall.therapist_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND (TG_OP = 'INSERT' AND NEW.until_on IS NOT NULL OR TG_OP = 'UPDATE' AND OLD.until_on IS NOT NULL) THEN
    RAISE EXCEPTION 'a post ends once' USING ERRCODE = '23514', CONSTRAINT = 'therapist_ends';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION wall.need_is_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NEW.counted_on > wall.today() THEN
    RAISE EXCEPTION 'people are counted on a day that has come' USING ERRCODE = '23514', CONSTRAINT = 'need_is_counted';
  END IF;
  RETURN NEW;
END $$;

-- How many psychotherapists are in post today, for the institution itself and for those who read the board.
CREATE OR REPLACE FUNCTION wall.therapists_posted(offices uuid[]) RETURNS TABLE (of_office uuid, posted integer)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.office_id, count(*)::integer FROM public.agencies_therapist t
  WHERE t.office_id = ANY(offices) AND t.from_on <= wall.today() AND (t.until_on IS NULL OR t.until_on >= wall.today())
    AND (wall.my_role() IN ({READERS}) OR (t.office_id = wall.my_office() AND wall.my_role() IN ({KEEPERS})))
  GROUP BY t.office_id
$$;

-- Who keeps the vacancies of an institution. Ids only; called by other functions of the wall.
CREATE OR REPLACE FUNCTION wall.keepers_of(of_office uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id FROM public.agencies_position p
  WHERE p.office_id = of_office AND p.role IN ({KEEPERS}) AND wall.position_holds(p.id)
$$;

-- Tell, once, each institution whose vacancies were not written for as many days as its office sets.
CREATE OR REPLACE FUNCTION wall.tell_stale_vacancies() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  old record;
  told integer := 0;
BEGIN
  FOR old IN
    SELECT u.id, u.office_id, u.version FROM public.agencies_unit u JOIN public.agencies_office o ON o.id = u.office_id
    WHERE u.withdrawn_at IS NULL AND o.active AND u.updated_at <= wall.clock() - make_interval(days => o.vacancy_days)
    ORDER BY u.updated_at LIMIT 500
  LOOP
    PERFORM wall.notify(ARRAY(SELECT wall.keepers_of(old.office_id)), 'vacancy_stale', '', '/vacancies/own/',
                        'stale:' || old.id || ':' || old.version);
    told := told + 1;
  END LOOP;
  RETURN told;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_kept BEFORE INSERT OR UPDATE ON agencies_unit FOR EACH ROW EXECUTE FUNCTION wall.unit_is_kept();
CREATE OR REPLACE TRIGGER b_ended BEFORE INSERT OR UPDATE ON agencies_therapist
  FOR EACH ROW EXECUTE FUNCTION wall.therapist_ends();
CREATE OR REPLACE TRIGGER b_counted BEFORE INSERT ON agencies_therapyneed
  FOR EACH ROW EXECUTE FUNCTION wall.need_is_counted();
"""

CALLERS = {"runtime": ("therapists_posted(uuid[])",), "worker": ("tell_stale_vacancies()",)}
