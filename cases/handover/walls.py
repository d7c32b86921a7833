"""A case changes hands by the dates of grants: the successor's begins when the former's ends. No job acts for a person."""

from django.utils.translation import gettext_lazy as _

from agencies.staff.roles import CONFIRMED_ROLES, Permission, Role
from cases.records.walls import OF_CASE
from security.walls.declare import Held, Policy, Recorded, Table, mine
from security.walls.moments import NOW

CONFIRMED = ", ".join(f"'{role.value}'" for role in sorted(CONFIRMED_ROLES))
MAY_LEAD = ", ".join(
    f"'{role.value}'"
    for role in Role
    if role.may(Permission.DRAFT_DECISIONS) or role.may(Permission.KEEP_SUPPORT)
)
MY_POSITION = "(SELECT wall.my_position())"
TO_COME = "h.cancelled_at IS NULL AND h.begins_at > (SELECT wall.moment())"
NOT_BARRED = "case_id <> ALL ((SELECT wall.my_blocked_case_ids())::uuid[])"
RECEIVED = f"h.to_position_id = {MY_POSITION} AND {TO_COME}"
READABLE = f"({RECEIVED} OR {mine('h.case_id', 'view')})"
GIVEN = f"{mine('h.case_id', 'manage')} AND {TO_COME}"


def _handover(which: str, condition: str) -> str:
    """SQL: ``which`` is the id of a hand-over ``h`` that the reader sees and of which ``condition`` holds."""
    return f"(SELECT true FROM public.cases_handover h WHERE h.id = {which} AND {condition} LIMIT 1)"


TABLES = (
    Table(
        "cases_handover",
        {"runtime": "SELECT"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            # Who receives reads it before the case is open to them, who handed it over afterwards; the note stays sealed to both.
            Policy(
                "SELECT",
                using=f"{MY_POSITION} IN (to_position_id, from_position_id, made_by_id) AND {NOT_BARRED}",
            ),
        ),
        recorded=OF_CASE,
    ),
    Table(
        "cases_handovercount",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=mine("case_id", "view")),
            Policy("SELECT", using=_handover("cases_handovercount.handover_id", RECEIVED)),
            Policy(
                "INSERT",
                check=_handover("handover_id", f"h.case_id = cases_handovercount.case_id AND {GIVEN}"),
            ),
        ),
        recorded=Recorded("case_id", key_kind="handover", key_owner="handover_id"),
    ),
)

MOMENTS = {"cases_handovercount": {"counted_at": NOW}}

# The key of the numbers: the inner table has its own wall, and what was planned and came or was cancelled is not the receiver's.
POLICIES = {
    "keys.data_key": (
        Policy("SELECT", using=f"kind = 'handover' AND {_handover('data_key.owner_id', READABLE)}"),
        Policy(
            "INSERT",
            check="kind = 'handover' AND office_id = (SELECT wall.my_office())"
            f" AND {_handover('owner_id', GIVEN)}",
        ),
    ),
}

COMING = """
  SELECT h.case_id FROM public.cases_handover h
  WHERE h.to_position_id = which AND h.cancelled_at IS NULL AND h.begins_at > wall.clock()
"""
HELD = {"coming": Held(_("cases to be received"), COMING)}

FUNCTIONS = f"""
-- Whether a position will be held on a day, as far as its dates and its person's account say now.
CREATE OR REPLACE FUNCTION wall.position_will_hold(which uuid, on_day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.agencies_position p JOIN public.agencies_staff s ON s.id = p.staff_id
                 WHERE p.id = which AND s.is_active AND p.refused_at IS NULL AND p.starts_on <= on_day
                   AND (p.ends_on IS NULL OR p.ends_on >= on_day)
                   AND (p.confirmed_at IS NOT NULL OR p.role NOT IN ({CONFIRMED})))
$$;

-- Names another person in charge of a case, today or on a day to come. The lock on the case lets one hand-over count another.
CREATE OR REPLACE FUNCTION wall.hand_over(new_id uuid, of_case uuid, to_whom uuid, on_day date, keep boolean, of_batch uuid, why text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  file public.cases_case;
  former public.cases_grant;
  receiver public.agencies_position;
  at timestamptz := CASE WHEN on_day > wall.today() THEN on_day::timestamp AT TIME ZONE 'Asia/Tokyo' ELSE wall.begun() END;
  given uuid := gen_random_uuid();
  stays uuid := CASE WHEN keep THEN gen_random_uuid() END;
BEGIN
  PERFORM wall.must_manage(of_case);
  SELECT c.* INTO file FROM public.cases_case c WHERE c.id = of_case FOR UPDATE;
  PERFORM wall.settle_handover(h.id) FROM public.cases_handover h
  WHERE h.case_id = of_case AND h.settled_at IS NULL AND h.cancelled_at IS NULL;
  SELECT g.* INTO former FROM public.cases_grant g
  WHERE g.case_id = of_case AND g.relation = 'lead' AND g.ended_at IS NULL AND g.starts_at <= wall.clock() AND g.ends_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM public.cases_block b WHERE b.case_id = of_case AND b.staff_id = g.user_id AND b.ended_at IS NULL);
  SELECT p.* INTO receiver FROM public.agencies_position p WHERE p.id = to_whom;
  IF file.stage = 'closed' OR former.id IS NULL OR former.position_id = to_whom OR on_day < wall.today()
     OR on_day > wall.today() + 366 THEN
    RAISE EXCEPTION 'this case cannot be handed over so' USING ERRCODE = '23514', CONSTRAINT = 'handover_possible';
  END IF;
  IF receiver.office_id IS DISTINCT FROM file.office_id OR receiver.role NOT IN ({MAY_LEAD})
     OR NOT wall.position_will_hold(to_whom, on_day)
     OR EXISTS (SELECT 1 FROM public.cases_block b
                WHERE b.case_id = of_case AND b.staff_id = receiver.staff_id AND b.ended_at IS NULL) THEN
    RAISE EXCEPTION 'that position cannot take this case' USING ERRCODE = '23514', CONSTRAINT = 'handover_to_fit';
  END IF;
  -- A member whose right ends on a day does not prolong it by taking the case over.
  IF receiver.staff_id = wall.my_staff() AND (wall.my_role() NOT IN ('supervisor', 'director', 'police_supervisor') OR NOT EXISTS (
       SELECT 1 FROM public.cases_grant g WHERE g.case_id = of_case AND g.position_id = wall.my_position()
       AND g.permission_id = wall.permission_id('manage') AND g.ended_at IS NULL AND g.ends_at IS NULL)) THEN
    RAISE EXCEPTION 'nobody hands a case over to themselves' USING ERRCODE = '23514', CONSTRAINT = 'grant_not_prolonged';
  END IF;
  IF why IS NOT NULL AND NOT wall.is_sealed(why, 'case', of_case) THEN
    RAISE EXCEPTION 'the note is sealed under the case' USING ERRCODE = '23514', CONSTRAINT = 'handover_sealed';
  END IF;
  INSERT INTO public.cases_grant (id, case_id, position_id, user_id, permission_id, relation, granted_by_id, created_at, starts_at)
  VALUES (given, of_case, to_whom, receiver.staff_id, wall.permission_id('manage'), 'lead', wall.my_position(), wall.clock(), at);
  IF keep AND wall.position_will_hold(former.position_id, on_day) THEN
    INSERT INTO public.cases_grant (id, case_id, position_id, user_id, permission_id, relation, granted_by_id, created_at, starts_at)
    VALUES (stays, of_case, former.position_id, former.user_id, wall.permission_id('edit'), 'member', wall.my_position(),
            wall.clock(), at);
  ELSE
    stays := NULL;
  END IF;
  INSERT INTO public.cases_handover (id, case_id, batch, reference, from_position_id, to_position_id, begins_at, grant_id,
                                     kept_id, made_by_id, made_at, note)
  VALUES (new_id, of_case, of_batch, file.number, former.position_id, to_whom, at, given, stays,
          wall.my_position(), wall.clock(), why);
  PERFORM wall.notify(ARRAY(SELECT p FROM unnest(ARRAY[to_whom, former.position_id]) p WHERE p <> wall.my_position()), 'handed_over',
                      file.number, '/handover/' || of_batch || '/', new_id::text);
  IF at > wall.clock() THEN
    UPDATE public.cases_grant SET ends_at = at WHERE id = former.id;
  ELSE
    PERFORM wall.settle_handover(new_id);
    UPDATE public.cases_grant SET ended_at = wall.clock() WHERE id = former.id;
  END IF;
END $$;

-- What no date does: the former's open duties pass to the successor, but for those the successor is barred from; who was a member and
-- is now in charge is no member beside, and of who was in charge stays what the hand-over left.
CREATE OR REPLACE FUNCTION wall.settle_handover(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  row public.cases_handover;
BEGIN
  UPDATE public.cases_handover SET settled_at = wall.clock()
  WHERE id = which AND settled_at IS NULL AND cancelled_at IS NULL AND begins_at <= wall.clock() RETURNING * INTO row;
  IF row.id IS NULL THEN RETURN; END IF;
  IF wall.position_holds(row.to_position_id) THEN
    UPDATE public.cases_duty d SET owner_id = row.to_position_id FROM public.agencies_position p
    WHERE d.case_id = row.case_id AND d.owner_id = row.from_position_id AND d.done_at IS NULL
      AND p.id = row.to_position_id AND NOT p.staff_id = ANY(d.barred);
  END IF;
  UPDATE public.cases_grant g SET ended_at = wall.clock()
  WHERE g.case_id = row.case_id AND g.ended_at IS NULL AND (
    (g.position_id = row.to_position_id AND g.relation = 'member')
    OR (g.position_id = row.from_position_id AND g.id IS DISTINCT FROM row.kept_id
        AND (g.relation = 'member' OR (g.relation = 'lead' AND g.ends_at <= wall.clock()))));
END $$;

-- For the worker: what has begun since it was last asked. A number, and nothing of a case.
CREATE OR REPLACE FUNCTION wall.settle_handovers() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  which uuid;
  settled integer := 0;
BEGIN
  FOR which IN SELECT h.id FROM public.cases_handover h
               WHERE h.settled_at IS NULL AND h.cancelled_at IS NULL AND h.begins_at <= wall.clock() ORDER BY h.id
               FOR UPDATE SKIP LOCKED LOOP
    PERFORM wall.settle_handover(which);
    settled := settled + 1;
  END LOOP;
  RETURN settled;
END $$;

-- The newest hand-overs from, to and by the calling position: within a function the indexes know the order.
CREATE OR REPLACE FUNCTION wall.my_handovers(size integer) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, pg_temp AS $$
  SELECT id FROM (
    (SELECT h.id, h.made_at FROM public.cases_handover h WHERE h.from_position_id = {MY_POSITION}
       AND h.{NOT_BARRED} ORDER BY h.made_at DESC LIMIT size)
    UNION
    (SELECT h.id, h.made_at FROM public.cases_handover h WHERE h.to_position_id = {MY_POSITION}
       AND h.{NOT_BARRED} ORDER BY h.made_at DESC LIMIT size)
    UNION
    (SELECT h.id, h.made_at FROM public.cases_handover h WHERE h.made_by_id = {MY_POSITION}
       AND h.{NOT_BARRED} ORDER BY h.made_at DESC LIMIT size)
  ) AS mine ORDER BY made_at DESC, id LIMIT size
$$;

-- Until its day a hand-over is cancelled by who manages the case: the former stays in charge.
CREATE OR REPLACE FUNCTION wall.cancel_handover(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  row public.cases_handover;
BEGIN
  SELECT h.* INTO row FROM public.cases_handover h WHERE h.id = which;
  PERFORM wall.must_manage(row.case_id);
  PERFORM 1 FROM public.cases_case c WHERE c.id = row.case_id FOR UPDATE;
  UPDATE public.cases_handover SET cancelled_at = wall.clock(), cancelled_by_id = wall.my_position()
  WHERE id = which AND cancelled_at IS NULL AND begins_at > wall.moment() RETURNING * INTO row;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a hand-over is cancelled before its day' USING ERRCODE = '23514', CONSTRAINT = 'handover_planned';
  END IF;
  UPDATE public.cases_grant SET ended_at = wall.clock() WHERE id IN (row.grant_id, row.kept_id) AND ended_at IS NULL;
  UPDATE public.cases_grant SET ends_at = NULL
  WHERE case_id = row.case_id AND position_id = row.from_position_id AND relation = 'lead' AND ended_at IS NULL AND ends_at = row.begins_at;
  PERFORM wall.notify(ARRAY(SELECT p FROM unnest(ARRAY[row.to_position_id, row.from_position_id]) p WHERE p <> wall.my_position()),
                      'handed_over', row.reference, '/handover/' || row.batch || '/', which::text || ' cancelled');
END $$;

-- While one is planned, the person in charge changes by it alone: neither is the successor's right ended, nor another one named.
CREATE OR REPLACE FUNCTION wall.handover_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF EXISTS (SELECT 1 FROM public.cases_handover h
               WHERE h.grant_id = NEW.id AND h.cancelled_at IS NULL AND h.begins_at > wall.clock()) THEN
      RAISE EXCEPTION 'a planned hand-over is cancelled as such' USING ERRCODE = '23514', CONSTRAINT = 'handover_stands';
    END IF;
  ELSIF EXISTS (SELECT 1 FROM public.cases_handover h WHERE h.case_id = NEW.case_id AND h.grant_id <> NEW.id
                AND h.settled_at IS NULL AND h.cancelled_at IS NULL AND h.begins_at > wall.clock()) THEN
    RAISE EXCEPTION 'a hand-over is planned' USING ERRCODE = '23514', CONSTRAINT = 'one_handover';
  END IF;
  RETURN NEW;
END $$;

-- A position ends with nothing left behind, or with a reason, of which the line of exactly that work is told.
CREATE OR REPLACE FUNCTION wall.position_leaves_nothing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last_day date := NEW.ends_on;
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF NEW.left_behind = '' AND pg_trigger_depth() > 1 THEN RETURN NEW; END IF;  -- emptied by wall.account_leaves_anew
  IF NEW.ends_on IS NOT DISTINCT FROM OLD.ends_on THEN
    IF NEW.left_behind IS NOT DISTINCT FROM OLD.left_behind THEN RETURN NEW; END IF;
    IF EXISTS (SELECT 1 FROM public.agencies_staff s WHERE s.id = NEW.staff_id AND s.is_active) THEN
      RAISE EXCEPTION 'a reason is given with the last day' USING ERRCODE = '23514', CONSTRAINT = 'position_leaves_nothing';
    END IF;
    last_day := wall.today() - 1;  -- an account out of use holds nothing from this moment on
  END IF;
  IF last_day IS NULL OR NOT EXISTS (SELECT 1 FROM wall.held_by(NEW.id, last_day) h WHERE h.number > 0) THEN
    RETURN NEW;
  END IF;
  IF length(btrim(NEW.left_behind)) < 10 THEN
    RAISE EXCEPTION 'work of this position has not been handed over' USING ERRCODE = '23514', CONSTRAINT = 'position_leaves_nothing';
  END IF;
  PERFORM wall.notify(ARRAY(
    SELECT DISTINCT p FROM (SELECT DISTINCT l.case_id FROM wall.left_behind(NEW.id, last_day) l) AS work
    CROSS JOIN LATERAL wall.positions_on_case(work.case_id, ARRAY['line']) p WHERE p <> NEW.id
  ), 'position_leaves_work', '', '/handover/new/?from=' || NEW.id, NEW.id || ' ' || last_day || ' ' || wall.clock());
  RETURN NEW;
END $$;

-- Each time an account goes out of use its work is left behind anew: what was written of an earlier time is no reason for this one.
CREATE OR REPLACE FUNCTION wall.account_leaves_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.agencies_position SET left_behind = ''
  WHERE staff_id = NEW.id AND left_behind <> '' AND (ends_on IS NULL OR ends_on >= wall.today());
  RETURN NULL;
END $$;

-- So does an account that is taken out of use: the reason is written by the same transaction, hence asked for at its end.
CREATE OR REPLACE FUNCTION wall.account_leaves_nothing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND EXISTS (
    SELECT 1 FROM public.agencies_position p CROSS JOIN LATERAL wall.held_by(p.id, wall.today() - 1) h
    WHERE p.staff_id = NEW.id AND p.refused_at IS NULL AND (p.ends_on IS NULL OR p.ends_on >= wall.today())
      AND h.number > 0 AND length(btrim(p.left_behind)) < 10
  ) THEN
    RAISE EXCEPTION 'work of this account has not been handed over' USING ERRCODE = '23514', CONSTRAINT = 'account_leaves_nothing';
  END IF;
  RETURN NULL;
END $$;
"""

CALLERS = {
    "runtime": (
        "my_handovers(integer)",
        "hand_over(uuid, uuid, uuid, date, boolean, uuid, text)",
        "cancel_handover(uuid)",
    ),
    "worker": ("settle_handovers()",),
}

TRIGGERS = """
CREATE OR REPLACE TRIGGER leaves_nothing BEFORE UPDATE OF ends_on, left_behind ON agencies_position
  FOR EACH ROW EXECUTE FUNCTION wall.position_leaves_nothing();
CREATE OR REPLACE TRIGGER account_leaves_anew AFTER UPDATE OF is_active ON agencies_staff
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION wall.account_leaves_anew();
DROP TRIGGER IF EXISTS account_leaves_nothing ON agencies_staff;
CREATE CONSTRAINT TRIGGER account_leaves_nothing AFTER UPDATE OF is_active ON agencies_staff DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION wall.account_leaves_nothing();
CREATE OR REPLACE TRIGGER handover_stands BEFORE INSERT ON cases_grant
  FOR EACH ROW WHEN (NEW.relation = 'lead') EXECUTE FUNCTION wall.handover_stands();
CREATE OR REPLACE TRIGGER handover_ends BEFORE UPDATE OF ended_at ON cases_grant
  FOR EACH ROW WHEN (NEW.relation = 'lead' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
  EXECUTE FUNCTION wall.handover_stands();
"""
