"""The receiver's side of the gate: the envelopes at a desk, who is assigned, and what may be opened there at this moment."""

from agencies.staff.roles import POLICE_OFFICERS, POLICE_ROLES, Role, in_sql
from security.walls.declare import Policy, Recorded, Table

AT_POLICE = in_sql(POLICE_ROLES)
I_AM_POLICE = f"(SELECT wall.my_role()) IN ({AT_POLICE})"
AT_MY_DESK = f"recipient_id = (SELECT wall.my_office()) AND {I_AM_POLICE}"
# The reader of a disclosure reads its envelope, the reader of an envelope its assignment.
ENVELOPE_SEEN = (
    "(SELECT true FROM public.referrals_disclosure d WHERE d.id = referrals_envelope.disclosure_id LIMIT 1)"
)
ASSIGNMENT_SEEN = "(SELECT true FROM public.referrals_envelope e WHERE e.disclosure_id = referrals_assignment.disclosure_id LIMIT 1)"
THROUGH_DISCLOSURE = Recorded("disclosure_id", through="referrals_disclosure")

TABLES = (
    # Envelopes and assignments are written by the gate and by wall.assign; the application reads them.
    Table(
        "referrals_envelope",
        {"runtime": "SELECT"},
        (Policy("SELECT", using=AT_MY_DESK), Policy("SELECT", using=ENVELOPE_SEEN)),
        recorded=THROUGH_DISCLOSURE,
    ),
    Table(
        "referrals_assignment",
        {"runtime": "SELECT"},
        (Policy("SELECT", using=ASSIGNMENT_SEEN),),
        recorded=THROUGH_DISCLOSURE,
    ),
)

FUNCTIONS = f"""
-- What the calling identity may open as a receiver: sent to its office, assigned to its position, open, on a basis that holds now,
-- and not blocked for this person.
CREATE OR REPLACE FUNCTION wall.my_disclosures() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.id FROM public.referrals_assignment a JOIN public.referrals_disclosure d ON d.id = a.disclosure_id
  WHERE a.position_id = (SELECT wall.my_position()) AND a.ended_at IS NULL AND d.recipient_id = (SELECT wall.my_office())
    AND {I_AM_POLICE}
    AND d.sent_at IS NOT NULL AND d.ended_at IS NULL AND wall.basis_holds(d)
    AND NOT EXISTS (SELECT 1 FROM public.cases_block b
                    WHERE b.case_id = d.case_id AND b.staff_id = (SELECT wall.my_staff()) AND b.ended_at IS NULL)
$$;

-- Which of these envelopes are at the caller's desk; since when each is closed (null: open), and how it ended. No case content.
-- What ran out ended on its last day, what was withdrawn or answered again at that moment, not when the housekeeping noticed it.
CREATE OR REPLACE FUNCTION wall.envelopes_at_my_desk(which uuid[])
RETURNS TABLE (of_disclosure uuid, closed_since timestamptz, ending text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH found AS (
    SELECT e.disclosure_id, e.sent_at, d.ended_at, coalesce(i.valid_until, x.expires_at) AS runs_out, i.superseded_at,
      (SELECT min(w.withdrawn_at) FROM public.referrals_withdrawal w WHERE w.intention_id = d.intention_id) AS taken_back, CASE
        WHEN d.ended_at IS NOT NULL THEN d.ending
        WHEN wall.basis_holds(d) THEN NULL
        WHEN EXISTS (SELECT 1 FROM public.referrals_withdrawal w WHERE w.intention_id = d.intention_id) THEN 'withdrawn'
        WHEN coalesce(i.valid_until, x.expires_at) <= wall.clock() THEN 'expired'
        ELSE 'superseded' END AS how
    FROM public.referrals_envelope e JOIN public.referrals_disclosure d ON d.id = e.disclosure_id
    LEFT JOIN public.referrals_intention i ON i.id = d.intention_id
    LEFT JOIN public.referrals_exceptionrequest x ON x.id = d.exception_id
    WHERE e.recipient_id = (SELECT wall.my_office()) AND e.disclosure_id = ANY(which)
      AND {I_AM_POLICE})
  SELECT f.disclosure_id, CASE WHEN f.how IS NOT NULL THEN greatest(f.sent_at, least(coalesce(f.ended_at, wall.clock()),
      CASE f.how WHEN 'expired' THEN f.runs_out WHEN 'withdrawn' THEN f.taken_back
                 WHEN 'superseded' THEN f.superseded_at END)) END, f.how
  FROM found f
$$;

-- Taking and assigning: the supervisor of the receiving office assigns; an officer may take what is not taken yet.
CREATE OR REPLACE FUNCTION wall.assign(new_id uuid, of_disclosure uuid, to_position uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e public.referrals_envelope;
  d public.referrals_disclosure;
BEGIN
  SELECT x.* INTO e FROM public.referrals_envelope x
  WHERE x.disclosure_id = of_disclosure AND x.recipient_id = wall.my_office() FOR UPDATE;
  SELECT x.* INTO d FROM public.referrals_disclosure x WHERE x.id = of_disclosure;
  IF e.id IS NULL OR d.ended_at IS NOT NULL OR NOT wall.basis_holds(d)
     OR NOT EXISTS (SELECT 1 FROM public.agencies_position p
                    WHERE p.id = to_position AND p.office_id = wall.my_office()
                      AND p.role IN ({AT_POLICE}) AND wall.position_holds(p.id)
                      AND NOT EXISTS (SELECT 1 FROM public.cases_block b
                                      WHERE b.case_id = d.case_id AND b.staff_id = p.staff_id AND b.ended_at IS NULL))
     OR NOT coalesce(wall.my_role() = '{Role.POLICE_SUPERVISOR.value}'
             OR (wall.my_role() IN ({in_sql(POLICE_OFFICERS)}) AND to_position = wall.my_position() AND e.taken_by_id IS NULL), false) THEN
    RAISE EXCEPTION 'this envelope cannot be assigned to that position' USING ERRCODE = '23514', CONSTRAINT = 'assigned_by_right';
  END IF;
  INSERT INTO public.referrals_assignment (id, disclosure_id, position_id, assigned_by_id, assigned_at)
  VALUES (new_id, of_disclosure, to_position, wall.my_position(), wall.clock());
  UPDATE public.referrals_envelope x SET taken_by_id = wall.my_position(), taken_at = wall.clock()
  WHERE x.id = e.id AND x.taken_at IS NULL;
END $$;

-- The supervisor of the receiving office ends an assignment, as when an officer moves on or should not have had it.
CREATE OR REPLACE FUNCTION wall.end_assignment(of_disclosure uuid, of_position uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.referrals_assignment a SET ended_at = wall.clock()
  FROM public.referrals_envelope e
  WHERE a.disclosure_id = of_disclosure AND a.position_id = of_position AND a.ended_at IS NULL AND e.disclosure_id = a.disclosure_id
    AND e.recipient_id = wall.my_office() AND wall.my_role() = '{Role.POLICE_SUPERVISOR.value}';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this assignment cannot be ended by this identity' USING ERRCODE = '23514', CONSTRAINT = 'assigned_by_right';
  END IF;
END $$;

-- For the access log alone: the case of a disclosure that was assigned to the calling position and is closed to it now.
CREATE OR REPLACE FUNCTION wall.case_of_closed(which uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.case_id FROM public.referrals_disclosure d JOIN public.referrals_assignment a ON a.disclosure_id = d.id
  WHERE d.id = which AND a.position_id = wall.my_position() AND a.ended_at IS NULL AND d.sent_at IS NOT NULL
    AND d.recipient_id = wall.my_office()
$$;

-- The first look of an officer who may open it now.
CREATE OR REPLACE FUNCTION wall.note_opened(which uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.referrals_envelope e SET opened_at = wall.clock()
  WHERE e.disclosure_id = which AND e.opened_at IS NULL AND which IN (SELECT wall.my_disclosures())
$$;

-- For a job: what the police have not opened in time is told once, to the one in charge and the line at the sender, and to the
-- supervisor of the receiving office. The mark and the notices are one transaction, so each is told once, wherever the job is cut
-- off.
CREATE OR REPLACE FUNCTION wall.warn_unopened() RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  late record;
  told integer := 0;
BEGIN
  FOR late IN
    SELECT e.id, e.disclosure_id, e.reference, e.recipient_id, d.case_id
    FROM public.referrals_envelope e JOIN public.referrals_disclosure d ON d.id = e.disclosure_id
    WHERE e.opened_at IS NULL AND e.warned_at IS NULL AND e.open_by <= wall.clock() AND d.ended_at IS NULL AND wall.basis_holds(d)
    ORDER BY e.open_by LIMIT 500 FOR NO KEY UPDATE OF e SKIP LOCKED
  LOOP
    UPDATE public.referrals_envelope e SET warned_at = wall.clock() WHERE e.id = late.id;
    PERFORM wall.notify(ARRAY(SELECT wall.positions_on_case(late.case_id, ARRAY['lead', 'line'])), 'disclosure_unopened',
                        late.reference, '/disclosures/' || late.disclosure_id || '/', 'unopened:' || late.id);
    PERFORM wall.notify(ARRAY(SELECT wall.positions_of_desk(late.recipient_id)), 'envelope_unopened',
                        late.reference, '/police/', 'unopened:' || late.id);
    told := told + 1;
  END LOOP;
  RETURN told;
END $$;

-- Whom to tell at the receiving office, and whom at the sending one. Ids only.
CREATE OR REPLACE FUNCTION wall.positions_of_desk(of_office uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id FROM public.agencies_position p
  WHERE p.office_id = of_office AND wall.position_holds(p.id)
    AND p.role IN ({AT_POLICE})
    AND (p.role = '{Role.POLICE_SUPERVISOR.value}' OR NOT EXISTS (
      SELECT 1 FROM public.agencies_position q
      WHERE q.office_id = of_office AND q.role = '{Role.POLICE_SUPERVISOR.value}' AND wall.position_holds(q.id)))
$$;

CREATE OR REPLACE FUNCTION wall.positions_at_desk(of_office uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
  SELECT p FROM wall.positions_of_desk(of_office) p WHERE wall.my_position() IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION wall.positions_behind_disclosure(which uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
  SELECT told.position_id FROM public.referrals_disclosure d
  CROSS JOIN LATERAL wall.positions_on_case(d.case_id, ARRAY['lead', 'line']) told (position_id)
  WHERE d.id = which AND which IN (SELECT e.of_disclosure FROM wall.envelopes_at_my_desk(ARRAY[which]) e)
$$;
"""

CALLERS = {
    "runtime": (
        "my_disclosures()",
        "envelopes_at_my_desk(uuid[])",
        "assign(uuid, uuid, uuid)",
        "end_assignment(uuid, uuid)",
        "positions_at_desk(uuid)",
        "note_opened(uuid)",
        "case_of_closed(uuid)",
        "positions_behind_disclosure(uuid)",
    ),
    "worker": ("warn_unopened()",),
}
