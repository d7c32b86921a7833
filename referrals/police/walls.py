"""Police contacts belong to the case; the person who reads the case may write one, also after it is closed. What is written stays.

It is marked as seen once, by a supervisor or director of its line who did not record it. Envelopes are read in pages by the
officers of the receiving office; no case content is in them.
"""

from agencies.staff.roles import POLICE_ROLES, in_sql
from cases.nights.codes import MOST
from cases.nights.walls import night_function
from security.walls.declare import of_case
from security.walls.moments import kept_by
from security.walls.pages import PLACE, page_function

AT_MY_DESK = (
    "t.recipient_id = (SELECT wall.my_office()) AND t.sent_at IS NOT NULL"
    f" AND (SELECT wall.my_role()) IN ({in_sql(POLICE_ROLES)})"
)
# What expired a moment ago is among them, and is shown as such, until the housekeeping marks it.
IN_HAND = f"""{AT_MY_DESK} AND t.ended_at IS NULL AND (NOT own OR EXISTS (
  SELECT 1 FROM public.referrals_assignment a
  WHERE a.disclosure_id = t.id AND a.position_id = (SELECT wall.my_position()) AND a.ended_at IS NULL))"""

# What was recorded in a night, for its sheet.
CONTACTS = f"""
  SELECT p.case_id AS subject, p.recorded_at AS moment, 'police' AS matter
  FROM public.referrals_policecontact p JOIN public.cases_case c ON c.id = p.case_id AND c.office_id = office
  WHERE p.recorded_at >= began AND p.recorded_at < ended ORDER BY p.recorded_at LIMIT {MOST}
"""

TABLES = (of_case("referrals_policecontact", write="view", update="seen_at, seen_by_id"),)

MOMENTS = {
    "referrals_policecontact": dict.fromkeys(
        ("recorded_at", "recorded_by_id", "seen_at", "seen_by_id"), kept_by("stays")
    ),
}

FUNCTIONS = (
    page_function("envelopes_page", "own boolean", "referrals_disclosure", "due_at", IN_HAND)
    + page_function(
        "ended_envelopes_page",
        "",
        "referrals_disclosure",
        "ended_at",
        f"{AT_MY_DESK} AND t.ended_at IS NOT NULL",
    )
    + f"""
CREATE OR REPLACE FUNCTION wall.envelopes_counted(own boolean) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::integer FROM public.referrals_disclosure t WHERE {IN_HAND}
$$;

-- When the sending side, or the housekeeping, marked the end: the order of the ended ones.
CREATE OR REPLACE FUNCTION wall.ended_at_my_desk(which uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.ended_at FROM public.referrals_disclosure t WHERE t.id = which AND {AT_MY_DESK}
$$;
"""
    + night_function("wall.contacts_of_night", CONTACTS, 5)
    + """
-- A print by an officer who may open it now: whether it is the first. Two at once wait for each other, and one of them is.
CREATE OR REPLACE FUNCTION wall.note_printed(which uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.referrals_envelope e SET printed_at = wall.clock()
  WHERE e.disclosure_id = which AND e.printed_at IS NULL AND which IN (SELECT wall.my_disclosures());
  RETURN FOUND;
END $$;

-- What the police asked or answered has become a contact on a case of the calling identity, in this transaction: it leaves the desk
-- like what is set aside.
CREATE OR REPLACE FUNCTION wall.join_filing(which uuid, as_contact uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_case uuid;
BEGIN
  PERFORM wall.must_have_at_desk(which);
  SELECT c.case_id INTO of_case FROM public.referrals_policecontact c
  JOIN public.cases_filing f ON f.id = which AND f.received_at IS NOT NULL
  JOIN public.agencies_office o ON o.id = f.sender_id AND o.kind = 'police'
  WHERE c.id = as_contact AND c.recorded_by_id = wall.my_position() AND c.recorded_at = wall.clock()
    AND wall.holds_on(c.case_id, 'manage');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the filing joins no case of this identity' USING ERRCODE = '23514', CONSTRAINT = 'filing_in_case';
  END IF;
  PERFORM wall.end_filing(which, of_case);
END $$;

CREATE OR REPLACE FUNCTION wall.contact_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  may_change text[] := ARRAY['seen_at', 'seen_by_id'];
BEGIN
  IF wall.is_seeder() THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.recorded_at := wall.clock();
    NEW.recorded_by_id := wall.my_position();
    NEW.seen_at := NULL;
    NEW.seen_by_id := NULL;
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - may_change IS DISTINCT FROM to_jsonb(OLD) - may_change OR OLD.seen_at IS NOT NULL
     OR NOT wall.holds_on(NEW.case_id, 'manage')
     OR coalesce(wall.my_role(), '') NOT IN ('supervisor', 'director')
     OR EXISTS (SELECT 1 FROM public.agencies_position p WHERE p.id = OLD.recorded_by_id AND p.staff_id = wall.my_staff()) THEN
    RAISE EXCEPTION 'a recorded police contact cannot be changed' USING ERRCODE = '23514', CONSTRAINT = 'contact_stays';
  END IF;
  NEW.seen_at := wall.clock();
  NEW.seen_by_id := wall.my_position();
  RETURN NEW;
END $$;
"""
)

CALLERS = {
    "runtime": (
        f"envelopes_page(boolean, {PLACE})",
        f"ended_envelopes_page({PLACE})",
        "envelopes_counted(boolean)",
        "ended_at_my_desk(uuid)",
        "note_printed(uuid)",
        "contacts_of_night(date, date)",
        "join_filing(uuid, uuid)",
    )
}

TRIGGERS = """
CREATE OR REPLACE TRIGGER stays BEFORE INSERT OR UPDATE ON referrals_policecontact
  FOR EACH ROW EXECUTE FUNCTION wall.contact_stays();
"""
