"""What sign-in needs before the person is known: sessions, forms that were sent, and tries to sign in, which only the gate asks.

The session table is reached by functions alone, each for the one session whose stored key the caller names: keys are stored as
hashes of random ones, so only the holder of the cookie can name one. No login removes rows by itself: a right to DELETE would
allow LOCK TABLE too.
"""

from security.walls.declare import Policy, Table
from security.walls.moments import NOW

OWN = "staff_id = (SELECT wall.my_staff())"

TABLES = (
    Table(
        "security_session",
        why_open="no right for any login: functions reach one session by its key; its content is signed, and no wall reads it",
    ),
    Table(
        "security_sentform",
        {"runtime": "SELECT, INSERT, UPDATE (led_to)"},
        (
            Policy("SELECT", using=OWN),
            Policy("INSERT", check=OWN),
            Policy("UPDATE", using=OWN, check=OWN),
        ),
        unrecorded="a keyed hash and a path: what the form did is recorded by itself",
    ),
    Table(
        "security_signintry",
        {"gate": "SELECT, INSERT, UPDATE (outcome)"},
        why_open="keyed hashes and times, and no person is known yet when the gate asks; closed to the application",
    ),
)

MOMENTS = {"security_sentform": {"at": NOW}}

FUNCTIONS = """
CREATE OR REPLACE FUNCTION wall.session_data(of_key text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.session_data FROM public.security_session s WHERE s.session_key = of_key AND s.expire_date > statement_timestamp()
$$;

-- False for a new session whose key is taken, and for an old one that is gone.
CREATE OR REPLACE FUNCTION wall.put_session(of_key text, content text, expires timestamptz, is_new boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF is_new THEN
    INSERT INTO public.security_session (session_key, session_data, expire_date) VALUES (of_key, content, expires)
    ON CONFLICT DO NOTHING;
  ELSE
    UPDATE public.security_session SET session_data = content, expire_date = expires WHERE session_key = of_key;
  END IF;
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION wall.drop_session(of_key text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ DELETE FROM public.security_session s WHERE s.session_key = of_key $$;

-- For a job: how many had run out.
CREATE OR REPLACE FUNCTION wall.drop_ended_sessions() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM public.security_session s WHERE s.expire_date < statement_timestamp() RETURNING 1)
  SELECT count(*) FROM gone
$$;

CREATE OR REPLACE FUNCTION wall.drop_tries(older timestamptz) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM public.security_signintry t WHERE t.at < older RETURNING 1) SELECT count(*) FROM gone
$$;

CREATE OR REPLACE FUNCTION wall.drop_forms(older timestamptz) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM public.security_sentform f WHERE f.at < older RETURNING 1) SELECT count(*) FROM gone
$$;

-- What failed gives its claim back: a form of the calling person.
CREATE OR REPLACE FUNCTION wall.drop_form(which uuid) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM public.security_sentform f WHERE f.id = which AND f.staff_id = wall.my_staff();
END $$;
"""

CALLERS = {
    "runtime": (
        "session_data(text)",
        "put_session(text, text, timestamptz, boolean)",
        "drop_session(text)",
        "drop_form(uuid)",
    ),
    "worker": ("drop_ended_sessions()", "drop_tries(timestamptz)", "drop_forms(timestamptz)"),
}
