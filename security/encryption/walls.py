"""Wrapped keys. Nobody sees one until the room that owns a kind of key adds its policy (``POLICIES``)."""

from security.walls.declare import NOBODY, Policy, Table

TABLES = (Table("keys.data_key", {"runtime": "SELECT, INSERT"}, (Policy("SELECT", using=NOBODY),)),)

FUNCTIONS = """
-- For the check at every start: which root keys wrap something here. A mark (21 bytes) commits to a root and
-- holds no key.
CREATE OR REPLACE FUNCTION wall.key_marks() RETURNS SETOF bytea LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT substring(k.wrapped FROM 1 FOR 21) FROM keys.data_key k WHERE k.destroyed_at IS NULL
$$;
"""

CALLERS = {"runtime": ("key_marks()",)}
