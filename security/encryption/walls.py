"""Wrapped keys. No login sees one until the room that owns a kind of key adds its policy (``POLICIES``)."""

from security.walls.declare import NO_ROW, Policy, Recorded, Table
from security.walls.moments import NOW, WALL

TABLES = (
    Table(
        "keys.data_key",
        {"runtime": "SELECT, INSERT"},
        (Policy("SELECT", using=NO_ROW),),
        # A wrapped key itself must not be copied: erasing it has to erase it everywhere. Its hash shows an older one put back.
        recorded=Recorded(
            key_kind="key", key_owner="owner_id", hashed=("wrapped", "commitment"), model="security.datakey"
        ),
    ),
)

MOMENTS = {"keys.data_key": {"created_at": NOW, "destroyed_at": WALL}}

FUNCTIONS = r"""
-- A key under a root that wraps nothing here would stop every later start, and the application could not take the row away
-- again. A new root is accepted once the owner has wrapped a first key again under it. Destroyed keys do not count: where every
-- key is destroyed, the next one is as the first.
CREATE OR REPLACE FUNCTION wall.key_under_known_root() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT wall.is_seeder() AND EXISTS (SELECT 1 FROM keys.data_key k WHERE k.destroyed_at IS NULL)
     AND NOT EXISTS (SELECT 1 FROM keys.data_key k
                     WHERE k.destroyed_at IS NULL AND substring(k.wrapped FROM 1 FOR 21) = substring(NEW.wrapped FROM 1 FOR 21)) THEN
    RAISE EXCEPTION 'no root key of this database wraps it' USING ERRCODE = '23514', CONSTRAINT = 'key_under_known_root';
  END IF;
  RETURN NEW;
END $$;

-- Whether a value looks as sealed text does, under the living key of that owner: head, key and a padded length
-- (envelope.py). That it can be opened is for the person who holds the key to see.
CREATE OR REPLACE FUNCTION wall.is_sealed(sealed text, of_kind text, owner uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  envelope bytea;
  padded integer;
BEGIN
  envelope := decode(sealed, 'base64');
  padded := octet_length(envelope) - 46;
  RETURN coalesce(padded >= 32 AND padded & (padded - 1) = 0 AND EXISTS (
    SELECT 1 FROM keys.data_key k WHERE k.kind = of_kind AND k.owner_id = owner AND k.destroyed_at IS NULL
      AND substring(envelope FROM 1 FOR 18) = '\x0101'::bytea || uuid_send(k.id)), false);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN false;
END $$;

-- For the check at every start: which root keys wrap something here. A mark (21 bytes) commits to a root and
-- holds no key.
CREATE OR REPLACE FUNCTION wall.key_marks() RETURNS SETOF bytea LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT substring(k.wrapped FROM 1 FOR 21) FROM keys.data_key k WHERE k.destroyed_at IS NULL
$$;
"""

CALLERS = {"runtime": ("key_marks()",)}

TRIGGERS = """
CREATE OR REPLACE TRIGGER known_root BEFORE INSERT ON keys.data_key
  FOR EACH ROW EXECUTE FUNCTION wall.key_under_known_root();
"""
