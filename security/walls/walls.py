"""The wall's own table (who acts in which session) and the functions that every other wall uses."""

from security.walls.declare import Table
from security.walls.roles import role

TABLES = (
    Table(
        "wall.identity",
        {"gate": "SELECT"},
        why_open="no right for the application at all: only definer functions and the sign-in gate reach it",
    ),
    Table(
        "security_mark",
        {"runtime": "SELECT", "gate": "SELECT", "worker": "SELECT"},
        why_open="says whether this is a demo database; written by the owner",
    ),
    Table(
        "wall.raised",
        dict.fromkeys(("runtime", "scribe", "gate", "worker"), "SELECT"),
        why_open="hashes of the walls, for the check at every start; written by the owner",
    ),
)

FUNCTIONS = f"""
-- Whether this transaction arranges a past that no action wrote: the demo, the tests, the first administrator. The owner's login
-- alone does not make it so. A person with that login is bound by every trigger, unless the session says that it seeds
-- (seeder.py).
CREATE OR REPLACE FUNCTION wall.is_seeder() RETURNS boolean LANGUAGE sql STABLE
RETURN session_user = '{role("owner")}' AND coalesce(current_setting('tomoshibi.seeder', true), '') = 'on';

-- Whether a function of the wall writes, called by a login of the application. The owner may become ``wall`` and is bound like
-- others.
CREATE OR REPLACE FUNCTION wall.acts_itself() RETURNS boolean LANGUAGE sql STABLE
RETURN current_user = '{role("wall")}' AND session_user <> '{role("owner")}';

-- The time that is written: the transaction's. Only the seeder may move it, else two years of demo cases all happened today.
CREATE OR REPLACE FUNCTION wall.clock() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN wall.is_seeder() AND nullif(current_setting('tomoshibi.clock', true), '') IS NOT NULL
              THEN current_setting('tomoshibi.clock', true)::timestamptz ELSE now() END
$$;

-- The time that ends are compared with: the statement's. The transaction's time is constant, and what has ended meanwhile would
-- stay valid in it for as long as it is kept open.
CREATE OR REPLACE FUNCTION wall.moment() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN wall.is_seeder() THEN wall.clock() ELSE statement_timestamp() END
$$;

-- When this transaction began, by the same clock: a right counts from the next transaction on, or from this one if it is given
-- as of now. Broken glass is given a moment later, so that nothing is read through it that could be rolled back with its trace.
CREATE OR REPLACE FUNCTION wall.begun() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT least(wall.clock(), now())
$$;

CREATE OR REPLACE FUNCTION wall.today() RETURNS date LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (wall.moment() AT TIME ZONE 'Asia/Tokyo')::date
$$;

-- The identity of this transaction. Unset, empty, garbage, expired and ended settings all mean no identity. So does every
-- isolation level but one: an old snapshot would read on after a withdrawal.
CREATE OR REPLACE FUNCTION wall.my_identity() RETURNS SETOF wall.identity LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.* FROM wall.identity i
  WHERE i.token = sha256(convert_to(nullif(current_setting('tomoshibi.session', true), ''), 'UTF8'))
    AND i.ended_at IS NULL AND i.idle_until > statement_timestamp() AND i.ends_at > statement_timestamp()
    AND current_setting('transaction_isolation') = 'read committed'
$$;

-- Called by the gate connection alone, at sign-in and when another position is chosen.
CREATE OR REPLACE FUNCTION wall.mint(new_token bytea, new_staff uuid, new_position uuid, idle interval, absolute interval,
                                     client text)
RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO wall.identity (token, staff_id, position_id, idle, idle_until, ends_at, client)
  VALUES (new_token, new_staff, new_position, idle, now() + idle, now() + absolute, left(client, 200)) RETURNING id
$$;

-- Typing and requests postpone the idle limit by what the gate set at sign-in, never the absolute one; written at most once a
-- minute.
CREATE OR REPLACE FUNCTION wall.touch() RETURNS timestamptz LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  UPDATE wall.identity i SET idle_until = least(now() + i.idle, i.ends_at)
  FROM wall.my_identity() me WHERE i.id = me.id AND i.idle_until < now() + i.idle - interval '1 minute'
  RETURNING i.idle_until
$$;

CREATE OR REPLACE FUNCTION wall.my_sessions()
RETURNS TABLE (id uuid, position_id uuid, minted_at timestamptz, idle_until timestamptz, ends_at timestamptz, client text,
               is_this boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.id, i.position_id, i.minted_at, i.idle_until, i.ends_at, i.client, i.id = me.id
  FROM wall.identity i, wall.my_identity() me
  WHERE i.staff_id = me.staff_id AND i.ended_at IS NULL AND i.idle_until > now() AND i.ends_at > now()
  ORDER BY i.minted_at DESC
$$;

-- Ends one of the caller's own sessions; the null id means the calling one.
CREATE OR REPLACE FUNCTION wall.end_session(which uuid) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH ended AS (
    UPDATE wall.identity i SET ended_at = now() FROM wall.my_identity() me
    WHERE i.staff_id = me.staff_id AND i.ended_at IS NULL AND i.id = coalesce(which, me.id) RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM ended)
$$;
"""

CALLERS = {
    "runtime": (
        "is_seeder()",
        "acts_itself()",
        "clock()",
        "moment()",
        "begun()",
        "today()",
        "my_identity()",
        "touch()",
        "my_sessions()",
        "end_session(uuid)",
    ),
    "scribe": ("is_seeder()",),
    "worker": ("is_seeder()", "acts_itself()", "clock()", "moment()", "today()"),
    "gate": (
        "is_seeder()",
        "acts_itself()",
        "clock()",
        "moment()",
        "today()",
        "my_identity()",
        "mint(bytea, uuid, uuid, interval, interval, text)",
        "end_session(uuid)",
    ),
}
