"""The plan of an institution is read by the case and by that institution; its drafts by the institution alone.

The institution holds no grant on any case. What both sides read is sealed under a key of the file, its drafts under another one
that no case holds.
"""

from agencies.staff.roles import in_sql
from cases.reliance.codes import FIRST_MONTHS_MOST, READ_DAYS
from cases.reliance.models import PlanFacts
from cases.reliance.queries import WRITERS
from security.walls.declare import Policy, Recorded, Table, mine
from security.walls.moments import NAMED, NOW, POST, by, kept_by

WORKS_THERE = f"(SELECT wall.my_role()) IN ({in_sql(WRITERS)})"
HERE = f"""({WORKS_THERE} AND institution_id = (SELECT wall.my_office())
  AND (ended_at IS NULL OR ended_at > (SELECT wall.reliance_since()))
  AND case_id <> ALL ((SELECT wall.my_blocked_case_ids())::uuid[]))"""
EDITS, MANAGES = mine("case_id", "edit"), mine("case_id", "manage")


def _of_file(table: str, of: str = "file_id", more: str = "") -> str:
    """SQL: the row belongs to a file that its reader or writer sees (the inner table has its own wall), and to its case."""
    of_case = f" AND f.case_id = {table}.case_id" if of == "file_id" else ""
    return f"(SELECT true FROM public.cases_reliancefile f WHERE f.id = {table}.{of}{of_case}{more} LIMIT 1)"


GOES_ON = " AND f.ended_at IS NULL"
AT_INSTITUTION = f"{WORKS_THERE} AND {_of_file('cases_reliancedraft')}"
WRITES_DRAFT = f"{WORKS_THERE} AND {_of_file('cases_reliancedraft', more=GOES_ON)}"
DRAFTED = ", ".join((*PlanFacts.CONTENT, "saves", "saved_by_id", "saved_at"))

TABLES = (
    Table(
        "cases_reliancefile",
        {"runtime": "SELECT, INSERT, UPDATE (ended_at)"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using=HERE),
            Policy("INSERT", check=EDITS),
            Policy("UPDATE", using=EDITS, check=EDITS),
        ),
        recorded=Recorded("case_id", key_kind="reliance", key_owner="id"),
    ),
    Table(
        "cases_reliancetold",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=_of_file("cases_reliancetold")),
            Policy("INSERT", check=f"{EDITS} AND {_of_file('cases_reliancetold', more=GOES_ON)}"),
        ),
        recorded=Recorded("case_id", key_kind="reliance", key_owner="file_id"),
    ),
    Table(
        "cases_reliancedraft",
        {"runtime": f"SELECT, INSERT, UPDATE ({DRAFTED})"},
        (
            Policy("SELECT", using=AT_INSTITUTION),
            Policy("INSERT", check=WRITES_DRAFT),
            Policy("UPDATE", using=WRITES_DRAFT, check=WRITES_DRAFT),
        ),
        recorded=Recorded("case_id", key_kind="reliancedraft", key_owner="file_id"),
    ),
    Table(
        "cases_relianceplan",
        {"runtime": "SELECT, INSERT, UPDATE (accepted, answered_by_id, answered_at, reason)"},
        (
            Policy("SELECT", using=_of_file("cases_relianceplan")),
            Policy("INSERT", check=f"{WORKS_THERE} AND {_of_file('cases_relianceplan', more=GOES_ON)}"),
            Policy("UPDATE", using=MANAGES, check=MANAGES),
        ),
        recorded=Recorded("case_id", key_kind="reliance", key_owner="file_id"),
    ),
)

MOMENTS = {
    "cases_reliancefile": {
        "opened_by_id": POST,
        "opened_at": NOW,
        "first_by": NAMED,
        "ended_at": kept_by("c_ends"),
    },
    "cases_reliancetold": {"written_by_id": POST, "written_at": NOW},
    "cases_reliancedraft": {
        "review_on": kept_by("b_drafted"),
        "saved_by_id": kept_by("b_drafted"),
        "saved_at": kept_by("b_drafted"),
    },
    "cases_relianceplan": {
        "review_on": NAMED,
        "sent_by_id": POST,
        "sent_at": NOW,
        "answered_by_id": by("answered_at"),
        "answered_at": kept_by("b_plan"),
    },
}

POLICIES = {
    "keys.data_key": (
        Policy("SELECT", using=f"kind = 'reliance' AND {_of_file('data_key', 'owner_id')}"),
        Policy(
            "SELECT", using=f"kind = 'reliancedraft' AND {WORKS_THERE} AND {_of_file('data_key', 'owner_id')}"
        ),
        Policy(
            "INSERT",
            check="kind = 'reliance' AND office_id = (SELECT wall.my_office()) AND (SELECT true"
            f" FROM public.cases_reliancefile f WHERE f.id = owner_id AND {mine('f.case_id', 'edit')} LIMIT 1)",
        ),
        Policy(
            "INSERT",
            check=f"kind = 'reliancedraft' AND office_id = (SELECT wall.my_office()) AND {WORKS_THERE}"
            f" AND {_of_file('data_key', 'owner_id', GOES_ON)}",
        ),
    ),
}

FUNCTIONS = f"""
-- A file that ended after this moment is still read at the institution.
CREATE OR REPLACE FUNCTION wall.reliance_since() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$ SELECT wall.moment() - interval '{READ_DAYS} days' $$;

-- Who writes plans at an institution. Ids only; called by other functions of the wall.
CREATE OR REPLACE FUNCTION wall.writers_of_plans(of_office uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id FROM public.agencies_position p
  WHERE p.office_id = of_office AND p.role IN ({in_sql(WRITERS)}) AND wall.position_holds(p.id)
$$;

-- An institution is asked on a decision of the same case, of a placement that has not ended, for a plan in the months of the center.
CREATE OR REPLACE FUNCTION wall.reliance_of_placement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  IF NOT EXISTS (
       SELECT 1 FROM public.cases_placementdecision d JOIN public.cases_case c ON c.id = d.case_id
       WHERE d.id = NEW.decision_id AND d.case_id = NEW.case_id AND d.approved AND d.kind IN ('start', 'change')
         AND c.office_id = NEW.center_id AND NOT EXISTS (
           SELECT 1 FROM public.cases_placementdecision e WHERE e.case_id = d.case_id AND e.kind = 'end' AND e.approved
             AND e.start_id = coalesce(d.start_id, d.id)
             AND (e.effective_on <= wall.today() OR EXISTS (
               SELECT 1 FROM public.cases_placementarrival a WHERE a.decision_id = e.id))))
     OR NOT EXISTS (SELECT 1 FROM public.agencies_office o WHERE o.id = NEW.institution_id AND o.kind = 'institution' AND o.active)
  THEN
    RAISE EXCEPTION 'an institution is asked while the child is placed' USING ERRCODE = '23514', CONSTRAINT = 'reliance_of_placement';
  END IF;
  IF NEW.ended_at IS NOT NULL OR NEW.first_by NOT BETWEEN wall.clock()
       AND wall.clock() + interval '{FIRST_MONTHS_MOST} months 1 day' THEN
    RAISE EXCEPTION 'the first plan is due in time' USING ERRCODE = '23514', CONSTRAINT = 'reliance_in_time';
  END IF;
  RETURN NEW;
END $$;

-- It ends once, now: by the case, or by the placement.
CREATE OR REPLACE FUNCTION wall.reliance_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR NEW.ended_at IS NOT DISTINCT FROM OLD.ended_at THEN RETURN NEW; END IF;
  IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL THEN
    RAISE EXCEPTION 'an institution writes plans until it ends, once' USING ERRCODE = '23514', CONSTRAINT = 'reliance_ends';
  END IF;
  NEW.ended_at := wall.clock();
  RETURN NEW;
END $$;

-- With it ends what was owed on it.
CREATE OR REPLACE FUNCTION wall.reliance_owes_nothing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_duty SET done_at = wall.clock(), done_by_id = wall.my_position()
  WHERE case_id = NEW.case_id AND kind IN ('reliance_first', 'reliance_review') AND done_at IS NULL;
  RETURN NULL;
END $$;

-- An end of the placement that holds from its decision on ends it.
CREATE OR REPLACE FUNCTION wall.placement_ends_reliance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.effective_on <= wall.today() THEN
    UPDATE public.cases_reliancefile SET ended_at = wall.clock() WHERE case_id = NEW.case_id AND ended_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

-- A child that has come elsewhere, by a change or by an end decided before its day, is at this institution no more.
CREATE OR REPLACE FUNCTION wall.arrival_ends_reliance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_reliancefile f SET ended_at = wall.clock()
  FROM public.cases_placementdecision d
  WHERE d.id = NEW.decision_id AND d.kind IN ('change', 'end') AND f.case_id = NEW.case_id AND f.ended_at IS NULL
    AND f.decision_id <> d.id;
  RETURN NULL;
END $$;

-- A draft is of a version that was not sent, is saved by who acts, now, and counts how often.
CREATE OR REPLACE FUNCTION wall.reliance_drafted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF EXISTS (SELECT 1 FROM public.cases_relianceplan p WHERE p.file_id = NEW.file_id AND p.version >= NEW.version)
     OR NEW.saves <> (CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE OLD.saves + 1 END) THEN
    RAISE EXCEPTION 'what was sent is drafted no more' USING ERRCODE = '23514', CONSTRAINT = 'reliance_drafted';
  END IF;
  NEW.saved_by_id := wall.my_position();
  NEW.saved_at := wall.clock();
  RETURN NEW;
END $$;

-- A plan is sent as the next version of a file that goes on, with a review within the months of the center. It is answered once:
-- accepted, or asked back with a reason.
CREATE OR REPLACE FUNCTION wall.reliance_plan_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_file public.cases_reliancefile;
  months integer;
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NOT wall.holds_on(NEW.case_id, 'manage') THEN RETURN NEW; END IF;  -- the policy refuses
    IF OLD.accepted IS NOT NULL OR NEW.accepted IS NULL OR (NEW.accepted = (NEW.reason IS NOT NULL))
       OR NOT EXISTS (SELECT 1 FROM public.cases_reliancefile f WHERE f.id = NEW.file_id AND f.ended_at IS NULL) THEN
      RAISE EXCEPTION 'a plan is answered once' USING ERRCODE = '23514', CONSTRAINT = 'reliance_plan_moves';
    END IF;
    NEW.answered_at := wall.clock();
    RETURN NEW;
  END IF;
  SELECT f.* INTO of_file FROM public.cases_reliancefile f
  WHERE f.id = NEW.file_id AND f.case_id = NEW.case_id AND f.institution_id = wall.my_office() FOR SHARE;
  IF of_file.id IS NULL THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT o.reliance_months INTO months FROM public.agencies_office o WHERE o.id = of_file.center_id;
  IF of_file.ended_at IS NOT NULL OR (NEW.accepted, NEW.answered_at, NEW.answered_by_id, NEW.reason) IS DISTINCT FROM
       (NULL::boolean, NULL::timestamptz, NULL::uuid, NULL)
     OR NEW.version <> 1 + coalesce((SELECT max(p.version) FROM public.cases_relianceplan p WHERE p.file_id = NEW.file_id), 0)
     OR NEW.told_on IS NULL OR NEW.child_answer IS NULL OR NEW.child_said IS NULL THEN
    RAISE EXCEPTION 'a plan is sent once, after the child was told' USING ERRCODE = '23514', CONSTRAINT = 'reliance_plan_moves';
  END IF;
  IF NEW.review_on <= wall.today() OR NEW.review_on > (wall.today() + make_interval(months => months))::date THEN
    RAISE EXCEPTION 'a plan is reviewed in time' USING ERRCODE = '23514', CONSTRAINT = 'reliance_reviewed_in_time';
  END IF;
  RETURN NEW;
END $$;

-- Each side is told by the database, so that neither learns whom it tells: the institution that it is asked, and of the answer; those
-- in charge of the case that a plan was sent.
CREATE OR REPLACE FUNCTION wall.reliance_asks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.notify(ARRAY(SELECT wall.writers_of_plans(NEW.institution_id)), 'reliance_asked', '', '/reliance/' || NEW.id || '/',
                      'asked:' || NEW.id);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION wall.reliance_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  about text;
  at_office uuid;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT c.number INTO about FROM public.cases_case c WHERE c.id = NEW.case_id;
    PERFORM wall.notify(ARRAY(SELECT wall.positions_on_case(NEW.case_id, ARRAY['lead', 'line'])), 'reliance_sent', about,
                        '/cases/' || NEW.case_id || '/reliance/' || NEW.id || '/', 'sent:' || NEW.id);
    RETURN NULL;
  END IF;
  SELECT f.institution_id INTO at_office FROM public.cases_reliancefile f WHERE f.id = NEW.file_id;
  PERFORM wall.notify(ARRAY(SELECT wall.writers_of_plans(at_office)),
                      CASE WHEN NEW.accepted THEN 'reliance_accepted' ELSE 'reliance_returned' END, '',
                      '/reliance/' || NEW.file_id || '/', 'answered:' || NEW.id);
  RETURN NULL;
END $$;

-- Whether what is owed was done: a plan was accepted after what the duty follows from (the request, or the plan accepted before). Where
-- the institution writes no further plan nothing is owed.
CREATE OR REPLACE FUNCTION wall.reliance_settled(of_case uuid, cause uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM public.cases_reliancefile f
    LEFT JOIN public.cases_relianceplan before ON before.id = cause AND before.file_id = f.id
    WHERE f.case_id = of_case AND (f.id = cause OR before.id IS NOT NULL)
      AND (f.ended_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM public.cases_relianceplan p WHERE p.file_id = f.id AND p.accepted
          AND p.answered_at > coalesce(before.answered_at, '-infinity'))))
$$;

-- For a job: tells of plans that are due within the days that the center sets, the institution and whoever is in charge and
-- supervises; of how many. Each is told once of each (the cause of a notice).
CREATE OR REPLACE FUNCTION wall.warn_reliance() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of record;
  told integer := 0;
BEGIN
  FOR of IN
    SELECT d.id, d.case_id, c.number, c.office_id, f.id AS of_file, f.institution_id
    FROM public.cases_duty d JOIN public.cases_case c ON c.id = d.case_id JOIN public.agencies_office o ON o.id = c.office_id
    JOIN public.cases_reliancefile f ON f.case_id = d.case_id AND f.ended_at IS NULL
    WHERE d.kind IN ('reliance_first', 'reliance_review') AND d.done_at IS NULL
      AND d.due_at - make_interval(days => o.reliance_warn_days) <= wall.clock()
    ORDER BY d.due_at, d.id
  LOOP
    PERFORM wall.notify(wall.told_of_limit(of.case_id, of.office_id, 'due'), 'clock_soon', of.number,
                        '/cases/' || of.case_id || '/duties/' || of.id || '/', 'reliance:' || of.id);
    PERFORM wall.notify(ARRAY(SELECT wall.writers_of_plans(of.institution_id)), 'reliance_soon', '',
                        '/reliance/' || of.of_file || '/', 'soon:' || of.id);
    told := told + 1;
  END LOOP;
  RETURN told;
END $$;
"""

CALLERS = {"runtime": ("reliance_since()",), "worker": ("warn_reliance()",)}

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_placed BEFORE INSERT ON cases_reliancefile
  FOR EACH ROW EXECUTE FUNCTION wall.reliance_of_placement();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_reliancefile FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER c_ends BEFORE UPDATE ON cases_reliancefile FOR EACH ROW EXECUTE FUNCTION wall.reliance_ends();
CREATE OR REPLACE TRIGGER y_asks AFTER INSERT ON cases_reliancefile FOR EACH ROW EXECUTE FUNCTION wall.reliance_asks();
CREATE OR REPLACE TRIGGER z_owes_nothing AFTER UPDATE OF ended_at ON cases_reliancefile
  FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL) EXECUTE FUNCTION wall.reliance_owes_nothing();
CREATE OR REPLACE TRIGGER ends_reliance AFTER UPDATE OF approved ON cases_placementdecision
  FOR EACH ROW WHEN (NEW.approved AND NEW.kind = 'end') EXECUTE FUNCTION wall.placement_ends_reliance();
CREATE OR REPLACE TRIGGER ends_reliance AFTER INSERT ON cases_placementarrival
  FOR EACH ROW EXECUTE FUNCTION wall.arrival_ends_reliance();
CREATE OR REPLACE TRIGGER b_drafted BEFORE INSERT OR UPDATE ON cases_reliancedraft
  FOR EACH ROW EXECUTE FUNCTION wall.reliance_drafted();
CREATE OR REPLACE TRIGGER b_plan BEFORE INSERT OR UPDATE ON cases_relianceplan
  FOR EACH ROW EXECUTE FUNCTION wall.reliance_plan_moves();
CREATE OR REPLACE TRIGGER y_tells AFTER INSERT OR UPDATE OF accepted ON cases_relianceplan
  FOR EACH ROW EXECUTE FUNCTION wall.reliance_tells();
"""
