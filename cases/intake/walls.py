"""Notifications belong to their case; who notified is locked apart; a filing is written by one office and read by another."""

from agencies.staff.roles import Permission, Role
from security.walls.declare import HOLDS_CASES, Policy, Recorded, Table, mine, of_case
from security.walls.moments import HAPPENED, NAMED, NOW, POST, WALL
from security.walls.pages import PLACE, page_function


def _roles(permission: Permission) -> str:
    names = ", ".join(f"'{role.value}'" for role in Role if role.may(permission))
    return f"(SELECT wall.my_role()) IN ({names})"


FILES = _roles(Permission.FILE_NOTIFICATION)
TAKES = _roles(Permission.TAKE_CONTACTS)
OWN_OFFICE = "office_id = (SELECT wall.my_office())"
AT_MY_DESK = "ANY(ARRAY(SELECT wall.filings_at_my_desk()))"
# Asked for the compartments of a page alone: the list of all of them would be made for every page.
NOTIFIER_SEEN = (
    "(SELECT true FROM public.cases_notification n"
    f" WHERE n.id = data_key.owner_id AND {mine('n.case_id', 'manage')} LIMIT 1)"
)

LATER = ("basis", "asked_at", "observed", "injuries", "child_knows", "custodian_knows")
"""What a call may leave for later (``Notification.LATER``)."""

TABLES = (
    of_case("cases_notification", update=", ".join(LATER)),
    of_case(
        "cases_notifier",
        view="manage",
        write="manage",
        recorded=Recorded("case_id", key_kind="compartment", key_owner="notification_id"),
    ),
    # Written until a conference was a sitting with its decision (cases/conferences); kept to be read.
    Table(
        "cases_intakeconference",
        {"runtime": "SELECT"},
        (Policy("SELECT", using=mine("case_id", "view")),),
        recorded=Recorded("case_id", key_kind="case", key_owner="case_id"),
        gate=HOLDS_CASES,
    ),
    of_case("cases_safetycheck"),
    Table(
        "cases_filing",
        # Read by wall.filings_shown() alone: under a policy any caller could ask of a hidden row whether it names an id they
        # know, and the ids of schools and colleagues are known.
        {"runtime": "INSERT"},
        (
            Policy(
                "INSERT",
                check=f"filed_by_id = (SELECT wall.my_position()) AND sender_id = (SELECT wall.my_office()) AND {FILES}"
                " AND recipient_id = ANY(ARRAY(SELECT wall.guidance_centers()))",
            ),
        ),
        unrecorded="its content is recorded; a change of the receipt would join it with the case, and is noted without naming it",
    ),
    Table(
        "cases_filingcontent",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using=f"filing_id = {AT_MY_DESK}"),
            Policy("INSERT", check="wall.is_my_filing(filing_id)"),
        ),
        recorded=Recorded(key_kind="compartment", key_owner="filing_id"),
    ),
    Table(
        "cases_filingcopy",
        {"runtime": "SELECT, INSERT"},
        (
            Policy("SELECT", using="wall.is_my_filing(filing_id)"),
            Policy("INSERT", check="wall.is_my_filing(filing_id)"),
        ),
        recorded=Recorded(key_kind="filed", key_owner="filing_id"),
    ),
)

MOMENTS = {
    "cases_notification": {"received_at": HAPPENED, "received_by_id": POST},
    "cases_intakeconference": {
        "held_at": HAPPENED,
        "recorded_at": NOW,
        "recorded_by_id": POST,
        "in_charge_id": NAMED,
    },
    "cases_safetycheck": {"seen_at": HAPPENED, "recorded_at": NOW, "recorded_by_id": POST},
    "cases_filing": {
        "sent_at": NOW,
        "filed_by_id": POST,
        "received_at": WALL,
        "received_by_id": WALL,
        "registered_at": WALL,
    },
}

POLICIES = {
    "keys.data_key": (
        Policy("SELECT", using=f"kind = 'compartment' AND {NOTIFIER_SEEN}"),
        Policy("INSERT", check=f"kind = 'compartment' AND {OWN_OFFICE} AND {NOTIFIER_SEEN}"),
        # No SELECT for the person who filed: they read their own copy, under a key that opens nothing of the center's.
        Policy("SELECT", using=f"kind = 'compartment' AND (SELECT data_key.owner_id = {AT_MY_DESK})"),
        Policy("INSERT", check="kind = 'compartment' AND wall.is_my_filing(owner_id)"),
        Policy("SELECT", using="kind = 'filed' AND (SELECT wall.is_my_filing(data_key.owner_id))"),
        Policy("INSERT", check=f"kind = 'filed' AND {OWN_OFFICE} AND wall.is_my_filing(owner_id)"),
    ),
}

FUNCTIONS = f"""
-- What a call left for later is filled in once: a column that holds something stays as it is.
CREATE OR REPLACE FUNCTION wall.notification_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM jsonb_each(to_jsonb(OLD)) was
             WHERE was.value <> 'null' AND to_jsonb(NEW) -> was.key IS DISTINCT FROM was.value) THEN
    RAISE EXCEPTION 'what a notification says does not change' USING ERRCODE = '23514', CONSTRAINT = 'notification_stays';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION wall.guidance_centers() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, pg_temp AS $$ SELECT o.id FROM public.agencies_office o WHERE o.kind = 'cgc' AND o.active $$;

-- Whether the calling position itself has filed it, not its office: the accused may be a colleague.
CREATE OR REPLACE FUNCTION wall.is_my_filing(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM public.cases_filing f WHERE f.id = which AND f.filed_by_id = wall.my_position())
$$;
{
    page_function(
        "receipts_page",
        "",
        "cases_filing",
        "sent_at",
        "t.filed_by_id = (SELECT wall.my_position())",
        whole=True,
    )
}

-- What waits at the desk of a receiving office, for the roles that take contacts, until it is registered: from then on the case's
-- own grants decide, and the sender is known to those alone who may read the notifier.
CREATE OR REPLACE FUNCTION wall.filings_at_my_desk() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.id FROM public.cases_filing f
  WHERE f.recipient_id = (SELECT wall.my_office()) AND f.registered_at IS NULL AND {TAKES}
$$;

CREATE OR REPLACE FUNCTION wall.filings_shown() RETURNS SETOF public.cases_filing LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.* FROM public.cases_filing f WHERE f.id = ANY(ARRAY(SELECT wall.filings_at_my_desk()))
$$;

CREATE OR REPLACE FUNCTION wall.must_have_at_desk(which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.cases_filing f WHERE f.id = which FOR UPDATE;
  IF which IS NULL OR which NOT IN (SELECT wall.filings_at_my_desk()) THEN
    RAISE EXCEPTION 'no such filing at this desk' USING ERRCODE = '23514', CONSTRAINT = 'filing_at_desk';
  END IF;
END $$;

-- That a filing was received or registered, and not which one: the row's own changes would link it with the case.
CREATE OR REPLACE FUNCTION wall.note_filing(of_case uuid, col text, became jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.security_event (uuid, verb, action, actor_id, position_id, case_id, content_type_id, changes)
  SELECT gen_random_uuid(), 'ROW_UPDATE', 1, wall.my_staff(), wall.my_position(), of_case, t.id,
         jsonb_build_object(col, jsonb_build_array(NULL, became))
  FROM public.django_content_type t WHERE t.app_label = 'cases' AND t.model = 'filing'
$$;

-- A person of the receiving office opens it; the first one is written down.
CREATE OR REPLACE FUNCTION wall.receive_filing(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.must_have_at_desk(which);
  UPDATE public.cases_filing SET received_at = wall.clock(), received_by_id = wall.my_position()
  WHERE id = which AND received_at IS NULL;
  IF FOUND THEN
    PERFORM wall.note_filing(NULL, 'received_by_id', to_jsonb(wall.my_position()));
  END IF;
END $$;

-- It has become a notification of a case of the calling identity: the filer reads that a case was opened, and nothing else. Once,
-- because it leaves the desk. What links the receipt with the case is deleted: moments, who received it, its notices; the
-- case's own record says that a filing was registered, and not which one.
CREATE OR REPLACE FUNCTION wall.register_filing(which uuid, as_notification uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_case uuid;
BEGIN
  PERFORM wall.must_have_at_desk(which);
  SELECT n.case_id INTO of_case FROM public.cases_notification n
  JOIN public.cases_filing f ON f.id = which AND n.received_at = date_trunc('minute', f.sent_at)
  WHERE n.id = as_notification AND n.received_by_id = wall.my_position() AND wall.holds_on(n.case_id, 'manage');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the filing belongs to no case of this identity' USING ERRCODE = '23514', CONSTRAINT = 'filing_in_case';
  END IF;
  PERFORM wall.end_filing(which, of_case);
END $$;

-- It leaves the desk: the receipt keeps its days, and says no longer who received it or that it pressed.
CREATE OR REPLACE FUNCTION wall.end_filing(which uuid, of_case uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.cases_filing SET received_by_id = NULL, sent_at = wall.day_of(sent_at), received_at = wall.day_of(received_at),
                                 registered_at = wall.day_of(wall.clock()), pressing = false
  WHERE id = which;
  DELETE FROM public.agencies_notice n WHERE n.path = '/intake/filings/' || which || '/';
  PERFORM wall.note_filing(of_case, 'registered_at', to_jsonb(wall.clock()));
END $$;

-- What the police asked or answered, and no case here is about: opened and read, it leaves the desk.
CREATE OR REPLACE FUNCTION wall.set_filing_aside(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM wall.must_have_at_desk(which);
  PERFORM 1 FROM public.cases_filing f JOIN public.agencies_office o ON o.id = f.sender_id
  WHERE f.id = which AND f.received_at IS NOT NULL AND o.kind = 'police';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this filing is not set aside' USING ERRCODE = '23514', CONSTRAINT = 'filing_of_police';
  END IF;
  PERFORM wall.end_filing(which, NULL);
END $$;

-- The beginning of a moment's day in Japan: says the day and no more.
CREATE OR REPLACE FUNCTION wall.day_of(moment timestamptz) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$ SELECT date_trunc('day', moment, 'Asia/Tokyo') $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER b_stays BEFORE UPDATE ON cases_notification
  FOR EACH ROW EXECUTE FUNCTION wall.notification_stays();
CREATE OR REPLACE TRIGGER on_open_case BEFORE UPDATE ON cases_notification
  FOR EACH ROW EXECUTE FUNCTION wall.case_is_open();
"""

CALLERS = {
    "runtime": (
        "guidance_centers()",
        "is_my_filing(uuid)",
        f"receipts_page({PLACE})",
        "filings_at_my_desk()",
        "filings_shown()",
        "receive_filing(uuid)",
        "register_filing(uuid, uuid)",
        "set_filing_aside(uuid)",
    ),
}
