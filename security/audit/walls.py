"""Evidence is appended and read, never changed. Reading it is walled by the rooms that know people and cases."""

from security.walls.declare import Policy, Table, among_mine

OWN = "actor_id = (SELECT staff_id FROM wall.my_identity())"
# One's own looks, those at the cases one is in charge of or supervises, and everything for the privacy officer.
READ = f"{OWN} OR (SELECT wall.reads_all_evidence()) OR {among_mine('case_id', 'manage')}"
# Nobody writes a change of a case that they do not see, and nobody at all writes none: else raw SQL could fill a foreign
# case's evidence with changes that never were.
OF_SEEN_CASE = f"(case_id IS NULL OR {among_mine('case_id', 'view')})"
CHANGE = "verb IN ('ROW_CREATE', 'ROW_UPDATE', 'ROW_DELETE')"

TABLES = (
    Table(
        "security_event",
        {"runtime": "SELECT, INSERT", "scribe": "INSERT"},
        (
            Policy("SELECT", using=READ),
            Policy("INSERT", check=f"{CHANGE} AND decision = 'allowed' AND {OWN} AND {OF_SEEN_CASE}"),
            Policy("INSERT", check=f"NOT {CHANGE}", role="scribe"),
        ),
    ),
    Table(
        "security_casetrace",
        {"runtime": "SELECT", "scribe": "INSERT"},
        (
            Policy("SELECT", using=READ),
            Policy("INSERT", check="true", role="scribe"),
        ),
    ),
)

FUNCTIONS = """
CREATE OR REPLACE FUNCTION wall.event_clock() RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN session_user = 'owner' AND nullif(current_setting('tomoshibi.clock', true), '') IS NOT NULL
              THEN current_setting('tomoshibi.clock', true)::timestamptz ELSE clock_timestamp() END
$$;

CREATE OR REPLACE FUNCTION wall.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = '42501';
END $$;

-- Nobody but the seeder sets the clock, and what the application itself records is in the name of the calling identity.
CREATE OR REPLACE FUNCTION wall.stamp_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user <> 'owner' AND abs(extract(epoch FROM NEW."timestamp" - clock_timestamp())) > 5 THEN
    RAISE EXCEPTION 'the clock of the evidence is the database''s' USING ERRCODE = '42501';
  END IF;
  IF session_user <> 'owner' THEN
    NEW.xid := pg_current_xact_id();
  END IF;
  IF session_user = 'runtime' THEN
    SELECT i.staff_id, i.post_id INTO NEW.actor_id, NEW.post_id FROM wall.my_identity() i;
  END IF;
  RETURN NEW;
END $$;

-- How many rows came in a month whose part had not been made: a number, for the alarm.
CREATE OR REPLACE FUNCTION wall.stray_events() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT count(*) FROM public.security_event_default $$;

CREATE OR REPLACE FUNCTION wall.stamp_trace() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user <> 'owner' THEN
    NEW.at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;
"""

CALLERS = {
    "runtime": ("event_clock()",),
    "worker": ("stray_events()",),
    "scribe": ("event_clock()",),
}

TRIGGERS = """
ALTER TABLE security_event ALTER COLUMN "timestamp" SET DEFAULT wall.event_clock();
ALTER TABLE security_casetrace ALTER COLUMN at SET DEFAULT wall.event_clock();
CREATE OR REPLACE TRIGGER a_stamp BEFORE INSERT ON security_event FOR EACH ROW EXECUTE FUNCTION wall.stamp_event();
CREATE OR REPLACE TRIGGER a_stamp BEFORE INSERT ON security_casetrace FOR EACH ROW EXECUTE FUNCTION wall.stamp_trace();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON security_event
  FOR EACH ROW EXECUTE FUNCTION wall.refuse_change();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON security_event
  FOR EACH STATEMENT EXECUTE FUNCTION wall.refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON security_casetrace
  FOR EACH ROW EXECUTE FUNCTION wall.refuse_change();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON security_casetrace
  FOR EACH STATEMENT EXECUTE FUNCTION wall.refuse_change();
"""
