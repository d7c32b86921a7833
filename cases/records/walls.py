"""Who sees which case: one function over the grants, used by every policy and by Python (``queries.cases_for``)."""

from django.utils.translation import gettext_lazy as _

from security.walls.declare import HOLDS_CASES, NO_ROW, Held, Policy, Recorded, Table, mine, of_case
from security.walls.moments import NOW, ONCE, POST, kept_by

# A caller who sees a case sees its child: the inner table has its own wall. One index search for each child asked for, where the
# ids of all visible children would cost a director 20,000; LIMIT keeps PostgreSQL from making that whole list after all.
CHILD_VIEW = "(SELECT true FROM public.cases_case c WHERE c.child_id = cases_child.id LIMIT 1)"
CHILD_KEY = "(SELECT true FROM public.cases_case c WHERE c.child_id = data_key.owner_id LIMIT 1)"
CHILD_EDIT = (
    "(SELECT true FROM public.cases_case c"
    f" WHERE c.child_id = cases_child.id AND {mine('c.id', 'edit')} LIMIT 1)"
)
OWN_OFFICE = "office_id = (SELECT wall.my_office())"
HANDED_OUT = "ANY(ARRAY(SELECT wall.my_new_children()))"
OF_CASE = Recorded("case_id", key_kind="case", key_owner="case_id")
KEEPS_RECORDS = "(SELECT wall.my_office_kind()) IN ('cgc', 'police')"
# What may change of a row.
CHILD = "family_name, given_name, family_kana, given_kana, sex, birth_date, school, address, address_withheld, telephone"
CASE = "track, urgency, harm_type, outline, place_of_stay, place_detail, lowerings"
PERSON = (
    "role, name, kana, relation, age, occupation, telephone, note, roles_more, relation_code, birth_date, sex, authority_known,"
    " authority_from, authority_until, joint_after_divorce, address, address_withheld, safe_to_call, call_hours, language,"
    " interpreter, nationality, attitude, died_on, marriage, lives_from, lives_until"
)

TABLES = (
    Table(
        "cases_child",
        {"runtime": f"SELECT, INSERT, UPDATE ({CHILD}, version)"},
        (
            Policy("SELECT", using=CHILD_VIEW),
            Policy("INSERT", check=f"{OWN_OFFICE} AND {KEEPS_RECORDS} AND id = {HANDED_OUT}"),
            Policy("UPDATE", using=CHILD_EDIT, check=f"{CHILD_EDIT} AND {OWN_OFFICE}"),
        ),
        recorded=Recorded(key_kind="child", key_owner="id"),
        gate=HOLDS_CASES,
    ),
    Table(
        "cases_case",
        {"runtime": f"SELECT, INSERT, UPDATE ({CASE}, version)"},
        (
            Policy("SELECT", using=mine("cases_case.id", "view")),
            Policy("INSERT", check=f"{mine('id', 'manage')} AND {OWN_OFFICE}"),
            Policy("UPDATE", using=mine("id", "edit"), check=f"{mine('id', 'edit')} AND {OWN_OFFICE}"),
        ),
        recorded=Recorded("id", key_kind="case", key_owner="id"),
        gate=HOLDS_CASES,
    ),
    of_case("cases_person", update=f"{PERSON}, version, removed_at"),
    Table(
        "cases_progressentry",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("INSERT", check=mine("case_id", "edit")),
        ),
        recorded=OF_CASE,
        gate=HOLDS_CASES,
    ),
    Table(
        "cases_grant",
        {"runtime": "SELECT"},
        (
            Policy("SELECT", using="position_id = (SELECT wall.my_position())"),
            Policy("SELECT", using=mine("case_id", "view")),
        ),
        recorded=OF_CASE,
    ),
    Table(
        "cases_block",
        {"runtime": "SELECT"},
        (Policy("SELECT", using=mine("case_id", "view")),),
        recorded=OF_CASE,
        gate=HOLDS_CASES,
    ),
    Table(
        "cases_casenumber",
        {},
        # Counted by wall.next_number alone: the person who could write it would stop the intake of the office.
        (Policy("SELECT", using=NO_ROW),),
        unrecorded="a counter",
    ),
    Table("wall.handed_out", why_open="no right for the application at all: only definer functions reach it"),
)

MOMENTS = {
    "cases_child": {"created_at": NOW},
    "cases_case": {"opened_at": NOW, "accepted_at": ONCE, "closed_at": kept_by("closes")},
    "cases_person": {"written_at": NOW, "removed_at": ONCE},
    "cases_progressentry": {"written_at": NOW, "written_by_id": POST},
}

POLICIES = {
    # A child record belongs to no single case: its changes are read by the person who manages a case of that child.
    "security_event": (
        Policy(
            "SELECT",
            using="scope_kind = 'child' AND scope_id = ANY((SELECT wall.my_child_ids('manage'))::uuid[])",
        ),
    ),
    "keys.data_key": (
        Policy("SELECT", using=f"kind = 'case' AND {mine('owner_id', 'view')}"),
        # The reason of a broken glass is sealed before the glass opens anything.
        Policy("SELECT", using="kind = 'case' AND owner_id = ANY(ARRAY(SELECT wall.my_new_glass()))"),
        Policy("SELECT", using=f"kind = 'child' AND {CHILD_KEY}"),
        Policy("INSERT", check=f"kind = 'case' AND {mine('owner_id', 'manage')} AND {OWN_OFFICE}"),
        # Any other id, used or unused, is refused by this wall before the unique index is asked.
        Policy(
            "INSERT", check=f"kind = 'child' AND {OWN_OFFICE} AND {KEEPS_RECORDS} AND owner_id = {HANDED_OUT}"
        ),
    ),
}

# The grants of the calling position that count now: the same conditions as wall.case_ids_for, asked for one case at a time. It
# reads past the policies of the grants and shows nothing but the caller's own.
LED = """
  SELECT g.case_id FROM public.cases_grant g JOIN public.cases_case c ON c.id = g.case_id
  WHERE g.position_id = which AND g.relation = 'lead' AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > after.at)
    AND g.starts_at <= wall.clock() AND c.stage <> 'closed'
"""
HELD = {"cases": Held(_("cases in charge of"), LED)}

VIEWS = {
    "my_grants": """
  SELECT g.case_id AS held_case, g.position_id AS held_position, g.permission_id AS held_permission FROM public.cases_grant g
  WHERE g.position_id = (SELECT wall.my_position()) AND g.ended_at IS NULL AND g.starts_at <= (SELECT wall.begun())
    AND (g.ends_at IS NULL OR g.ends_at > (SELECT wall.moment()))
    AND g.case_id <> ALL ((SELECT wall.my_blocked_case_ids())::uuid[])
"""
}

FUNCTIONS = """
CREATE OR REPLACE FUNCTION wall.my_blocked_case_ids() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(b.case_id), ARRAY[]::uuid[]) FROM public.cases_block b
  WHERE b.staff_id = wall.my_staff() AND b.ended_at IS NULL
$$;

CREATE OR REPLACE FUNCTION wall.permission_id(level text) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id FROM public.auth_permission p JOIN public.django_content_type t ON t.id = p.content_type_id
  WHERE t.app_label = 'cases' AND t.model = 'case' AND p.codename = level || '_case'
$$;

-- The permissions that contain a level: manage contains edit, edit contains view. An unknown level contains nothing.
CREATE OR REPLACE FUNCTION wall.permissions_from(level text) RETURNS integer[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(p.id) FROM public.auth_permission p JOIN public.django_content_type t ON t.id = p.content_type_id
  WHERE t.app_label = 'cases' AND t.model = 'case' AND p.codename = ANY(
    CASE level WHEN 'view' THEN ARRAY['view_case', 'edit_case', 'manage_case']
               WHEN 'edit' THEN ARRAY['edit_case', 'manage_case']
               WHEN 'manage' THEN ARRAY['manage_case'] ELSE ARRAY[]::text[] END)
$$;

-- The one definition that Python and the database both use: the cases on which a position holds a level now. A block of the
-- person overrides every grant; a position that has ended, or whose person's account is out of use, holds nothing. One sorted
-- array, because a set of 20,000 rows costs a call for each of them, and an index search sorts an unsorted array again for every
-- row it is joined to.
CREATE OR REPLACE FUNCTION wall.case_ids_for(which uuid, level text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(g.case_id ORDER BY g.case_id), ARRAY[]::uuid[]) FROM public.cases_grant g
  WHERE g.position_id = which AND g.permission_id = ANY((SELECT wall.permissions_from(level))::integer[])
    AND g.ended_at IS NULL AND g.starts_at <= (SELECT wall.begun())
    AND (g.ends_at IS NULL OR g.ends_at > (SELECT wall.moment())) AND (SELECT wall.position_holds(which))
    AND NOT EXISTS (SELECT 1 FROM public.cases_block b JOIN public.agencies_position p ON p.staff_id = b.staff_id
                    WHERE p.id = which AND b.case_id = g.case_id AND b.ended_at IS NULL)
$$;

CREATE OR REPLACE FUNCTION wall.my_case_ids(level text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT wall.case_ids_for(wall.my_position(), level) $$;

-- The first condition on the tables of cases: whether the calling position was given any case at all. It reads one row of one
-- index, since every statement asks it; the policies check whether the position and its grants are valid.
CREATE OR REPLACE FUNCTION wall.holds_cases() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM wall.my_identity() me JOIN public.cases_grant g ON g.position_id = me.position_id
                 WHERE g.ended_at IS NULL AND g.starts_at <= (SELECT wall.clock())
                   AND (g.ends_at IS NULL OR g.ends_at > (SELECT wall.moment())))
$$;

-- Whether the caller holds a level on one case: one index search, for a director of 20,000 cases too.
CREATE OR REPLACE FUNCTION wall.holds_on(of_case uuid, level text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM wall.my_grants WHERE held_case = of_case
                 AND held_permission = ANY((SELECT wall.permissions_from(level))::integer[]))
$$;

-- Whether the caller signs for the line of one case: a supervisor or director who is not in charge of it, in whichever position.
CREATE OR REPLACE FUNCTION wall.signs_for_line(of_case uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(wall.my_role() IN ('supervisor', 'director'), false) AND wall.holds_on(of_case, 'manage')
    AND NOT EXISTS (SELECT 1 FROM public.cases_grant g WHERE g.case_id = of_case AND g.user_id = wall.my_staff()
                    AND g.relation = 'lead' AND g.ended_at IS NULL AND g.starts_at <= wall.clock()
                    AND (g.ends_at IS NULL OR g.ends_at > wall.moment()))
$$;

-- One child, found by its cases: the ids of all children would cost a director 20,000.
CREATE OR REPLACE FUNCTION wall.manages_child(child uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_case c JOIN wall.my_grants g ON g.held_case = c.id
                 WHERE c.child_id = child AND g.held_permission = ANY((SELECT wall.permissions_from('manage'))::integer[]))
$$;

CREATE OR REPLACE FUNCTION wall.my_child_ids(level text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(c.child_id ORDER BY c.child_id), ARRAY[]::uuid[]) FROM public.cases_case c
  WHERE c.id = ANY((SELECT wall.my_case_ids(level))::uuid[])
$$;

-- For Python, which names the position it acts for: no caller may list the cases of another position.
CREATE OR REPLACE FUNCTION wall.own_case_ids(which uuid, level text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN which = wall.my_position() THEN wall.case_ids_for(which, level) ELSE ARRAY[]::uuid[] END
$$;

-- The highest level on one case of the position that Python acts for; null: none.
CREATE OR REPLACE FUNCTION wall.own_level(which uuid, of_case uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT level FROM unnest(ARRAY['manage', 'edit', 'view']) WITH ORDINALITY AS levels (level, place)
  WHERE EXISTS (SELECT 1 FROM wall.my_grants g WHERE g.held_case = of_case AND g.held_position = which
                AND g.held_permission = wall.permission_id(level))
  ORDER BY place LIMIT 1
$$;

CREATE OR REPLACE FUNCTION wall.put_grant(new_id uuid, of_case uuid, to_position uuid, as_relation text, level text, why text,
                                          until timestamptz, since timestamptz DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.cases_grant (id, case_id, position_id, user_id, permission_id, relation, reason, granted_by_id, created_at,
                                  starts_at, ends_at)
  SELECT new_id, of_case, p.id, p.staff_id, wall.permission_id(level), as_relation, why, wall.my_position(), wall.clock(),
         greatest(since, wall.begun()), until
  FROM public.agencies_position p WHERE p.id = to_position AND wall.position_holds(to_position);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such position in office' USING ERRCODE = '23514', CONSTRAINT = 'grant_to_current_position';
  END IF;
  RETURN new_id;
END $$;

-- A supervisor or director whose position was given after a case was opened: the open cases of the section or office in line, from
-- the position's first day, once the position is confirmed. A line grant that was ended once is not given again.
CREATE OR REPLACE FUNCTION wall.put_line(to_position uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  line public.agencies_position;
  given integer;
BEGIN
  SELECT p.* INTO line FROM public.agencies_position p WHERE p.id = to_position AND p.role IN ('supervisor', 'director', 'police_supervisor');
  IF line.id IS NULL OR line.ends_on < wall.today() OR line.confirmed_at IS NULL THEN
    RETURN 0;
  END IF;
  INSERT INTO public.cases_grant (id, case_id, position_id, user_id, permission_id, relation, granted_by_id, created_at, starts_at)
  SELECT gen_random_uuid(), c.id, line.id, line.staff_id, wall.permission_id('manage'), 'line', coalesce(wall.my_position(), line.id),
         wall.clock(), greatest(wall.clock(), line.starts_on::timestamp AT TIME ZONE 'Asia/Tokyo')
  FROM public.cases_case c
  WHERE c.office_id = line.office_id AND c.stage <> 'closed'
    AND (line.role = 'director' OR c.section_id IS NOT DISTINCT FROM line.section_id)
    AND NOT EXISTS (SELECT 1 FROM public.cases_grant g
                    WHERE g.case_id = c.id AND g.position_id = line.id
                      AND (g.relation = 'line' OR (g.relation = 'lead' AND g.ended_at IS NULL
                                                   AND (g.ends_at IS NULL OR g.ends_at > wall.clock()))));
  GET DIAGNOSTICS given = ROW_COUNT;
  RETURN given;
END $$;

-- Asked by the position itself at sign-in, for the cases opened in between.
CREATE OR REPLACE FUNCTION wall.extend_line(to_position uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND wall.my_position() IS DISTINCT FROM to_position THEN
    RAISE EXCEPTION 'this identity may not extend that line' USING ERRCODE = '23514', CONSTRAINT = 'line_extended_by_right';
  END IF;
  RETURN wall.put_line(to_position);
END $$;

CREATE OR REPLACE FUNCTION wall.line_begins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.put_line(NEW.id);
  RETURN NULL;
END $$;

-- A supervisor who was in charge supervises the case from then on.
CREATE OR REPLACE FUNCTION wall.line_after_lead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.put_line(NEW.position_id);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION wall.must_manage(of_case uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF of_case IS NULL OR NOT wall.holds_on(of_case, 'manage') THEN
    RAISE EXCEPTION 'this identity may not manage that case' USING ERRCODE = '23514', CONSTRAINT = 'manages_case';
  END IF;
END $$;

-- ``since`` may be later than now, never earlier: no look was made with a right that was given afterwards.
CREATE OR REPLACE FUNCTION wall.grant(new_id uuid, of_case uuid, to_position uuid, as_relation text, level text, why text,
                                      until timestamptz, since timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.must_manage(of_case);
  IF as_relation NOT IN ('lead', 'member', 'line')
     OR NOT EXISTS (SELECT 1 FROM public.cases_case c JOIN public.agencies_position p ON p.office_id = c.office_id
                    WHERE c.id = of_case AND p.id = to_position AND (as_relation <> 'line' OR p.role IN ('supervisor', 'director', 'police_supervisor'))) THEN
    RAISE EXCEPTION 'a grant goes to a position of the responsible office' USING ERRCODE = '23514', CONSTRAINT = 'grant_in_office';
  END IF;
  IF as_relation = 'lead' AND (level <> 'manage' OR until IS NOT NULL) THEN
    RAISE EXCEPTION 'a case has a person in charge' USING ERRCODE = '23514', CONSTRAINT = 'case_has_lead';
  END IF;
  -- A right given until a day is not prolonged by the one who holds it.
  IF EXISTS (SELECT 1 FROM public.agencies_position p WHERE p.id = to_position AND p.staff_id = wall.my_staff())
     AND NOT EXISTS (SELECT 1 FROM public.cases_grant g
                     WHERE g.case_id = of_case AND g.position_id = wall.my_position() AND g.permission_id = wall.permission_id('manage')
                       AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at >= until)) THEN
    RAISE EXCEPTION 'a grant cannot be prolonged by the person who holds it' USING ERRCODE = '23514', CONSTRAINT = 'grant_not_prolonged';
  END IF;
  RETURN wall.put_grant(new_id, of_case, to_position, as_relation, level, why, until, since);
END $$;

-- Only a supervisor or director changes the supervisor line, and not their own place in it: else the person who is supervised could
-- end the supervision. The last person in charge stays until another is named.
CREATE OR REPLACE FUNCTION wall.revoke(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  row public.cases_grant;
BEGIN
  SELECT g.* INTO row FROM public.cases_grant g WHERE g.id = which;
  PERFORM wall.must_manage(row.case_id);
  IF row.relation = 'line' AND (wall.my_role() NOT IN ('supervisor', 'director', 'police_supervisor') OR row.user_id = wall.my_staff()) THEN
    RAISE EXCEPTION 'a grant of the supervisor line is ended by another supervisor or director' USING ERRCODE = '23514', CONSTRAINT = 'line_ends_by_line';
  END IF;
  IF row.relation = 'lead' AND NOT EXISTS (
      SELECT 1 FROM public.cases_grant g WHERE g.case_id = row.case_id AND g.relation = 'lead' AND g.id <> which
        AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > wall.clock()) AND g.starts_at <= wall.clock() AND wall.position_holds(g.position_id)) THEN
    RAISE EXCEPTION 'a case has a person in charge' USING ERRCODE = '23514', CONSTRAINT = 'case_has_lead';
  END IF;
  UPDATE public.cases_grant SET ended_at = wall.clock() WHERE id = which AND ended_at IS NULL;
END $$;

-- A block of the person in charge would leave the case without one; a block of the line by those below it would end the
-- supervision.
CREATE OR REPLACE FUNCTION wall.block(new_id uuid, of_case uuid, whom uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.must_manage(of_case);
  IF EXISTS (SELECT 1 FROM public.cases_grant g WHERE g.case_id = of_case AND g.user_id = whom AND g.ended_at IS NULL
               AND (g.ends_at IS NULL OR g.ends_at > wall.clock())
               AND (g.relation = 'lead' OR (g.relation = 'line'
                    AND (wall.my_role() NOT IN ('supervisor', 'director', 'police_supervisor') OR whom = wall.my_staff())))) THEN
    RAISE EXCEPTION 'this person is not blocked by this identity' USING ERRCODE = '23514', CONSTRAINT = 'block_by_line';
  END IF;
  INSERT INTO public.cases_block (id, case_id, staff_id, blocked_by_id, created_at)
  VALUES (new_id, of_case, whom, wall.my_position(), wall.clock());
  -- The notices about this case in the person's inboxes are deleted too; those of a hand-over name it by its number.
  DELETE FROM public.agencies_notice n USING public.agencies_position p
  WHERE p.id = n.position_id AND p.staff_id = whom AND (n.path LIKE '/cases/' || of_case || '/%'
    OR (n.kind = 'handed_over' AND n.reference = (SELECT c.number FROM public.cases_case c WHERE c.id = of_case)));
END $$;

-- A block is lifted by a supervisor or director, and never by the blocked person, who manages nothing.
CREATE OR REPLACE FUNCTION wall.unblock(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  row public.cases_block;
BEGIN
  SELECT b.* INTO row FROM public.cases_block b WHERE b.id = which;
  PERFORM wall.must_manage(row.case_id);
  IF wall.my_role() NOT IN ('supervisor', 'director', 'police_supervisor') THEN
    RAISE EXCEPTION 'a block is lifted by the line' USING ERRCODE = '23514', CONSTRAINT = 'block_lifted_by_line';
  END IF;
  UPDATE public.cases_block SET ended_at = wall.clock() WHERE id = which AND ended_at IS NULL;
END $$;

-- Which parts of a case, of its child's record and of their keys differ from what was recorded last.
CREATE OR REPLACE FUNCTION wall.case_unlike_record(of_case uuid)
RETURNS TABLE (place text, what text, row_id text, columns text[], event uuid, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_keys uuid[];
BEGIN
  IF NOT wall.reads_access_log() THEN PERFORM wall.must_manage(of_case); END IF;
  SELECT array_agg(k.id) INTO of_keys FROM (
    SELECT e.scope_id FROM public.security_event e WHERE e.case_id = of_case AND e.action < 3
    UNION SELECT c.child_id FROM public.cases_case c WHERE c.id = of_case) k (id);
  RETURN QUERY
    SELECT t.tgrelid::regclass::text, u.* FROM pg_trigger t
    CROSS JOIN LATERAL wall.unlike_record(t.tgrelid::regclass::text, of_case, of_keys) u
    WHERE t.tgname = 'a_record' ORDER BY 1, 3;
END $$;

-- Whom to tell about a case: the positions with a valid grant of one of the relations, except blocked people. No role may call it.
CREATE OR REPLACE FUNCTION wall.positions_on_case(of_case uuid, relations text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT g.position_id FROM public.cases_grant g
  WHERE g.case_id = of_case AND g.relation = ANY(relations) AND g.ended_at IS NULL AND g.starts_at <= wall.clock()
    AND (g.ends_at IS NULL OR g.ends_at > wall.moment()) AND wall.position_holds(g.position_id)
    AND NOT EXISTS (SELECT 1 FROM public.cases_block b
                    WHERE b.case_id = g.case_id AND b.staff_id = g.user_id AND b.ended_at IS NULL)
$$;

-- The same for a case the caller sees, for the writer of a notice.
CREATE OR REPLACE FUNCTION wall.positions_of_case(of_case uuid, relations text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
  SELECT p FROM wall.positions_on_case(of_case, relations) p WHERE wall.holds_on(of_case, 'view')
$$;

-- The urgency is lowered together with a reason.
CREATE OR REPLACE FUNCTION wall.urgency_lowered() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a lower urgency has a reason' USING ERRCODE = '23514', CONSTRAINT = 'urgency_lowered';
END $$;
"""

CALLERS = {
    "runtime": (
        "permissions_from(text)",
        "my_blocked_case_ids()",
        "own_level(uuid, uuid)",
        "holds_cases()",
        "own_case_ids(uuid, text)",
        "my_case_ids(text)",
        "my_child_ids(text)",
        "grant(uuid, uuid, uuid, text, text, text, timestamptz, timestamptz)",
        "revoke(uuid)",
        "block(uuid, uuid, uuid)",
        "unblock(uuid)",
        "positions_of_case(uuid, text[])",
        "extend_line(uuid)",
        "case_unlike_record(uuid)",
    ),
}

TRIGGERS = """
CREATE OR REPLACE TRIGGER line_begins AFTER UPDATE OF confirmed_at ON agencies_position
  FOR EACH ROW WHEN (NEW.confirmed_at IS NOT NULL AND OLD.confirmed_at IS NULL) EXECUTE FUNCTION wall.line_begins();
CREATE OR REPLACE TRIGGER line_after_lead AFTER UPDATE OF ended_at ON cases_grant
  FOR EACH ROW WHEN (NEW.relation = 'lead' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
  EXECUTE FUNCTION wall.line_after_lead();
CREATE OR REPLACE TRIGGER urgency_lowered BEFORE UPDATE OF urgency ON cases_case FOR EACH ROW
  WHEN (array_position('{AA,A,B,C}'::text[], NEW.urgency::text) > array_position('{AA,A,B,C}'::text[], OLD.urgency::text)
        AND (NEW.lowerings IS NULL OR NEW.lowerings IS NOT DISTINCT FROM OLD.lowerings))
  EXECUTE FUNCTION wall.urgency_lowered();
"""
