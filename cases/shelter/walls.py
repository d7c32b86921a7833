"""The sheet of a child who sleeps at a custody facility is read by the case and by that facility, as long as the stay lasts.

A custody worker holds no grant on any case: what they read is sealed under a key of the stay, and nothing else is.
"""

from agencies.staff.roles import Role
from security.walls.declare import Policy, Recorded, Table, mine, of_case
from security.walls.moments import NOW, POST, kept_by, within

WORKS_THERE = f"(SELECT wall.my_role()) = '{Role.CUSTODY_STAFF.value}'"
WORKS_ON_CASE = mine("case_id", "edit")
ROWS = ("cases_caresheet", "cases_arrival", "cases_shiftentry", "cases_leaving", "cases_givenback")
HERE = f"""({WORKS_THERE} AND office_id = (SELECT wall.my_office())
  AND (section_id IS NULL OR section_id = (SELECT wall.my_section()))
  AND (left_at IS NULL OR left_at > (SELECT wall.shelter_since()))
  AND case_id <> ALL ((SELECT wall.my_blocked_case_ids())::uuid[]))"""


def _of_stay(table: str, of: str = "admission_id") -> str:
    """SQL: the row belongs to a stay that its reader or writer sees (the inner table has its own wall), and to its case."""
    of_case = f" AND a.case_id = {table}.case_id" if of == "admission_id" else ""
    return f"(SELECT true FROM public.cases_admission a WHERE a.id = {table}.{of}{of_case} LIMIT 1)"


def _written(table: str, may: str) -> Table:
    """A table of what is written of a stay by those who ``may``, each row once."""
    return Table(
        table,
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=_of_stay(table)),
            Policy("INSERT", check=f"{may} AND {_of_stay(table)}"),
        ),
        recorded=Recorded("case_id", key_kind="shelter", key_owner="admission_id"),
    )


TABLES = (
    Table(
        "cases_admission",
        {"runtime": "SELECT, INSERT, UPDATE (left_at)"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using=HERE),
            Policy("INSERT", check=mine("case_id", "edit")),
            Policy("UPDATE", using=mine("case_id", "edit"), check=mine("case_id", "edit")),
        ),
        recorded=Recorded("case_id", key_kind="shelter", key_owner="id"),
    ),
    _written("cases_caresheet", WORKS_ON_CASE),
    of_case("cases_placesheet"),
    _written("cases_arrival", WORKS_THERE),
    _written("cases_shiftentry", WORKS_THERE),
    _written("cases_leaving", f"({WORKS_THERE} OR {WORKS_ON_CASE})"),
    _written("cases_givenback", f"({WORKS_THERE} OR {WORKS_ON_CASE})"),
)

MOMENTS = {
    "cases_admission": {
        # A sheet is sent before the child arrives.
        "admitted_at": within("2 days"),
        "sent_by_id": POST,
        "sent_at": NOW,
        "left_at": kept_by("c_left"),
    },
    "cases_placesheet": {"written_by_id": POST, "written_at": NOW},
    **{table: {"written_by_id": POST, "written_at": NOW} for table in ROWS},
}

POLICIES = {
    "keys.data_key": (
        Policy("SELECT", using=f"kind = 'shelter' AND {_of_stay('data_key', 'owner_id')}"),
        Policy(
            "INSERT",
            check="kind = 'shelter' AND office_id = (SELECT wall.my_office()) AND (SELECT true FROM public.cases_admission a"
            f" WHERE a.id = owner_id AND {mine('a.case_id', 'edit')} LIMIT 1)",
        ),
    ),
}

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION wall.my_section() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT p.section_id FROM public.agencies_position p WHERE p.id = wall.my_position() $$;

-- What a place without an account must know is written of a custody of the same case. Of another's case nothing is said.
CREATE OR REPLACE FUNCTION wall.sheet_of_custody() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (wall.is_seeder() OR wall.holds_on(NEW.case_id, 'edit')) AND NOT EXISTS (
      SELECT 1 FROM public.cases_custodydecision s WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start') THEN
    RAISE EXCEPTION 'no such custody of this case' USING ERRCODE = '23514', CONSTRAINT = 'sheet_of_custody';
  END IF;
  RETURN NEW;
END $$;

-- A stay that ended after this moment is still read at the facility of the calling position, so that its log can be finished.
CREATE OR REPLACE FUNCTION wall.shelter_since() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT wall.moment() - make_interval(hours => o.shelter_log_hours) FROM public.agencies_office o WHERE o.id = wall.my_office()
$$;

-- A child is admitted within a custody of the same case that goes on, at a child guidance center or a section of it. The start is
-- held meanwhile, so that an end which comes at once is seen.
CREATE OR REPLACE FUNCTION wall.admitted_in_custody() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  begun public.cases_custodydecision;
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.holds_on(NEW.case_id, 'edit') THEN RETURN NEW; END IF;  -- the policy refuses
  SELECT s.* INTO begun FROM public.cases_custodydecision s
  WHERE s.id = NEW.start_id AND s.case_id = NEW.case_id AND s.kind = 'start' AND wall.custody_in_effect(s) FOR SHARE;
  IF begun.id IS NULL OR NEW.left_at IS NOT NULL OR NEW.admitted_at < begun.effective_at
     OR coalesce(begun.ended_at, 'infinity') <= greatest(NEW.admitted_at, wall.clock()) THEN
    RAISE EXCEPTION 'a child is admitted within custody' USING ERRCODE = '23514', CONSTRAINT = 'admitted_in_custody';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM public.agencies_office o WHERE o.id = NEW.office_id AND o.kind = 'cgc')
     OR (NEW.section_id IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM public.agencies_section s WHERE s.id = NEW.section_id AND s.office_id = NEW.office_id)) THEN
    RAISE EXCEPTION 'a facility is a part of a child guidance center' USING ERRCODE = '23514', CONSTRAINT = 'admitted_at_facility';
  END IF;
  NEW.left_at := begun.ended_at;  -- an end that is decided and still to come
  RETURN NEW;
END $$;

-- The end of a stay is written by the people of the case, between the sending of the sheet and now. One that was still to come can
-- be brought forward, and none is put off.
CREATE OR REPLACE FUNCTION wall.stay_is_left() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF wall.is_seeder() OR pg_trigger_depth() > 1 OR NEW.left_at IS NOT DISTINCT FROM OLD.left_at THEN RETURN NEW; END IF;
  IF (NEW.left_at BETWEEN NEW.sent_at AND wall.clock() + interval '10 minutes') IS NOT TRUE
     OR OLD.left_at <= NEW.left_at OR OLD.left_at <= wall.clock() THEN
    RAISE EXCEPTION 'a stay is left once' USING ERRCODE = '23514', CONSTRAINT = 'stay_is_left';
  END IF;
  RETURN NEW;
END $$;

-- With custody ends the stay: at the moment of the end, or now where an oral start comes to nothing.
CREATE OR REPLACE FUNCTION wall.custody_ends_stay() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  until timestamptz := CASE WHEN wall.custody_in_effect(NEW) THEN NEW.ended_at ELSE wall.clock() END;
BEGIN
  UPDATE public.cases_admission SET left_at = until WHERE start_id = NEW.id AND coalesce(left_at, 'infinity') > until;
  RETURN NULL;
END $$;

-- A child who is moved sleeps at its facility no longer. A sheet that was sent for the new place is not older than the move.
CREATE OR REPLACE FUNCTION wall.move_ends_stay() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_admission SET left_at = NEW.moved_at
  WHERE start_id = NEW.start_id AND admitted_at < NEW.moved_at AND coalesce(left_at, 'infinity') > NEW.moved_at;
  RETURN NULL;
END $$;

-- Whether the caller writes of this stay: the facility while it reads it, and those who write on the case.
CREATE OR REPLACE FUNCTION wall.writes_of_stay(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_admission a WHERE a.id = which AND (wall.holds_on(a.case_id, 'edit') OR (
    wall.my_role() = '{Role.CUSTODY_STAFF.value}' AND a.office_id = wall.my_office()
    AND (a.section_id IS NULL OR a.section_id = wall.my_section())
    AND (a.left_at IS NULL OR a.left_at > wall.shelter_since()) AND a.case_id <> ALL (wall.my_blocked_case_ids()))))
$$;

-- Who writes of a stay holds it while they look at what was written before: of two who give the same thing back at once, the second
-- sees the first.
CREATE OR REPLACE FUNCTION wall.hold_stay(which uuid) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.cases_admission a WHERE a.id = which AND wall.writes_of_stay(which) FOR NO KEY UPDATE;
END $$;

-- An entry that is corrected is of the same stay as the row that names it, and is corrected once: the stay is held meanwhile.
CREATE OR REPLACE FUNCTION wall.corrects_same_stay() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.corrects_id IS NULL OR NOT (wall.is_seeder() OR wall.writes_of_stay(NEW.admission_id)) THEN RETURN NEW; END IF;
  PERFORM 1 FROM public.cases_admission a WHERE a.id = NEW.admission_id FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT 1 FROM public.cases_shiftentry o WHERE o.id = NEW.corrects_id AND o.admission_id = NEW.admission_id)
     OR EXISTS (SELECT 1 FROM public.cases_shiftentry o WHERE o.corrects_id = NEW.corrects_id) THEN
    RAISE EXCEPTION 'an entry corrects one of the same stay, once' USING ERRCODE = '23514', CONSTRAINT = 'corrects_same_stay';
  END IF;
  RETURN NEW;
END $$;

-- A time away begins with being noticed, its further steps name that, and it ends once. One at a time: the stay is locked, so that of
-- two who notice it at once the second sees the first. Of another's stay nothing is held and nothing is said.
CREATE OR REPLACE FUNCTION wall.leaving_in_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND NOT wall.writes_of_stay(NEW.admission_id) THEN RETURN NEW; END IF;  -- the policy refuses
  PERFORM 1 FROM public.cases_admission a WHERE a.id = NEW.admission_id FOR NO KEY UPDATE;
  IF (NEW.step = 'noticed') <> (NEW.first_id IS NULL)
     OR (NEW.first_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public.cases_leaving f
         WHERE f.id = NEW.first_id AND f.admission_id = NEW.admission_id AND f.first_id IS NULL))
     OR EXISTS (SELECT 1 FROM public.cases_leaving e WHERE e.first_id = NEW.first_id AND e.step = 'found')
     OR (NEW.first_id IS NULL AND EXISTS (SELECT 1 FROM public.cases_leaving f
         WHERE f.admission_id = NEW.admission_id AND f.first_id IS NULL AND NOT EXISTS (
           SELECT 1 FROM public.cases_leaving e WHERE e.first_id = f.id AND e.step = 'found'))) THEN
    RAISE EXCEPTION 'the steps of leaving have their order' USING ERRCODE = '23514', CONSTRAINT = 'leaving_in_order';
  END IF;
  RETURN NEW;
END $$;

-- That the police are told is owed from the first step on by whoever is in charge of the case (else a supervisor), who is told; the
-- step that the police were told, or that the child was found, does it, whoever writes it.
CREATE OR REPLACE FUNCTION wall.leaving_is_owed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owed uuid := gen_random_uuid();
  owner uuid;
  about text;
  hours integer;
BEGIN
  IF NEW.step = 'noticed' THEN
    SELECT c.number, o.left_police_hours INTO about, hours
    FROM public.cases_admission a JOIN public.cases_case c ON c.id = a.case_id JOIN public.agencies_office o ON o.id = a.office_id
    WHERE a.id = NEW.admission_id AND c.stage <> 'closed';
    owner := coalesce((SELECT min(p::text)::uuid FROM wall.positions_on_case(NEW.case_id, ARRAY['lead']) p),
                      (SELECT min(p::text)::uuid FROM wall.positions_on_case(NEW.case_id, ARRAY['line']) p));
    IF owner IS NULL OR about IS NULL THEN RETURN NULL; END IF;
    INSERT INTO public.cases_duty (id, case_id, kind, cause, owner_id, barred, left_at, due_at)
    VALUES (owed, NEW.case_id, 'left_police', NEW.id, owner, '{{}}', wall.clock(), wall.clock() + make_interval(hours => hours));
    PERFORM wall.notify(ARRAY[owner], 'duty_open', about, '/cases/' || NEW.case_id || '/duties/' || owed || '/', owed::text);
  ELSIF NEW.step IN ('police', 'found') THEN
    UPDATE public.cases_duty SET done_at = wall.clock(), done_by_id = NEW.written_by_id
    WHERE case_id = NEW.case_id AND cause = NEW.first_id AND kind = 'left_police' AND done_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

-- Whether nothing is owed any more on a child that left: the police were told, or the child was found.
CREATE OR REPLACE FUNCTION wall.leaving_settled(of_case uuid, noticed uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_leaving s
                 WHERE s.first_id = noticed AND s.case_id = of_case AND s.step IN ('police', 'found'))
$$;

-- Those in charge of the case are told, without a word of content, that the facility asks them to read at once; the officers on
-- duty too, where it is ``urgent``.
CREATE OR REPLACE FUNCTION wall.tell_of_stay(which uuid, urgent boolean, cause uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_case uuid;
  about text;
  on_duty uuid[];
BEGIN
  SELECT a.case_id, c.number INTO of_case, about FROM public.cases_admission a JOIN public.cases_case c ON c.id = a.case_id
  WHERE a.id = which AND (wall.is_seeder() OR wall.writes_of_stay(which));
  IF of_case IS NULL THEN
    RAISE EXCEPTION 'the child does not sleep there' USING ERRCODE = '23514', CONSTRAINT = 'tells_of_own_stay';
  END IF;
  PERFORM wall.notify(ARRAY(SELECT wall.positions_on_case(of_case, ARRAY['lead', 'line'])), 'shelter_calls', about,
                      '/shelter/' || which || '/', cause::text);
  IF urgent THEN
    SELECT array_agg(p.id) INTO on_duty FROM public.agencies_position p JOIN public.cases_case c ON c.office_id = p.office_id
    WHERE c.id = of_case AND p.role = '{Role.DUTY_OFFICER.value}' AND wall.position_holds(p.id)
      AND NOT EXISTS (SELECT 1 FROM public.cases_block b WHERE b.case_id = c.id AND b.staff_id = p.staff_id AND b.ended_at IS NULL);
    PERFORM wall.notify(on_duty, 'shelter_calls', about, '/cases/' || of_case || '/glass/', cause::text);
  END IF;
END $$;

-- A custody worker reads the children of the facility, and is never on the team of a case.
CREATE OR REPLACE FUNCTION wall.facility_holds_no_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM public.agencies_position p WHERE p.id = NEW.position_id AND p.role = '{Role.CUSTODY_STAFF.value}') THEN
    RAISE EXCEPTION 'the facility is on the team of no case' USING ERRCODE = '23514', CONSTRAINT = 'facility_holds_no_case';
  END IF;
  RETURN NEW;
END $$;
"""

CALLERS = {
    "runtime": ("my_section()", "shelter_since()", "hold_stay(uuid)", "tell_of_stay(uuid, boolean, uuid)")
}

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_in_custody BEFORE INSERT ON cases_admission
  FOR EACH ROW EXECUTE FUNCTION wall.admitted_in_custody();
CREATE OR REPLACE TRIGGER of_custody BEFORE INSERT ON cases_placesheet
  FOR EACH ROW EXECUTE FUNCTION wall.sheet_of_custody();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_placesheet FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER c_left BEFORE UPDATE ON cases_admission FOR EACH ROW EXECUTE FUNCTION wall.stay_is_left();
CREATE OR REPLACE TRIGGER b_same_stay BEFORE INSERT ON cases_shiftentry FOR EACH ROW EXECUTE FUNCTION wall.corrects_same_stay();
CREATE OR REPLACE TRIGGER b_in_order BEFORE INSERT ON cases_leaving FOR EACH ROW EXECUTE FUNCTION wall.leaving_in_order();
CREATE OR REPLACE TRIGGER is_owed AFTER INSERT ON cases_leaving FOR EACH ROW EXECUTE FUNCTION wall.leaving_is_owed();
CREATE OR REPLACE TRIGGER on_open_case BEFORE INSERT ON cases_admission FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
CREATE OR REPLACE TRIGGER ends_stay AFTER UPDATE ON cases_custodydecision
  FOR EACH ROW WHEN (NEW.kind = 'start') EXECUTE FUNCTION wall.custody_ends_stay();
CREATE OR REPLACE TRIGGER ends_stay AFTER UPDATE OF approved ON cases_placechange
  FOR EACH ROW WHEN (NEW.approved) EXECUTE FUNCTION wall.move_ends_stay();
CREATE OR REPLACE TRIGGER facility_holds_no_case BEFORE INSERT ON cases_grant
  FOR EACH ROW EXECUTE FUNCTION wall.facility_holds_no_case();
"""
