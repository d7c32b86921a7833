"""The trigger behind every room's ``MOMENTS`` (moments.py): forged moments are refused, and signatures are the caller's own."""

FUNCTIONS = r"""
-- One guard for one column. ``was`` is null for a new row. Gives the value to stamp, or null to leave what was written.
CREATE OR REPLACE FUNCTION wall.true_moment(guard text, col text, was jsonb, will jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kind text := split_part(guard, ' ', 1);
  of_guard text := substr(guard, length(kind) + 2);
  old jsonb := coalesce(was -> col, 'null');
  new jsonb := coalesce(will -> col, 'null');
  latest timestamptz := wall.clock() + CASE kind WHEN 'within' THEN of_guard ELSE '10 minutes' END::interval;
  empty constant jsonb := 'null';
BEGIN
  IF was IS NULL AND kind = 'now' THEN RETURN to_jsonb(wall.event_clock()); END IF;
  IF was IS NULL AND kind = 'position' THEN RETURN to_jsonb(wall.my_position()); END IF;
  IF was IS NULL AND kind IN ('named', 'within') THEN
    IF kind = 'within' AND (will ->> col)::timestamptz > latest THEN
      RAISE EXCEPTION '% has not come yet', col USING ERRCODE = '23514', CONSTRAINT = 'moment_has_come';
    END IF;
    RETURN NULL;
  END IF;
  -- What comes later: empty until then, written once, and not after that.
  IF kind = 'by' AND was IS NOT NULL AND coalesce(was -> of_guard, empty) = empty
     AND coalesce(will -> of_guard, empty) <> empty THEN
    RETURN to_jsonb(wall.my_position());
  END IF;
  IF new = old THEN RETURN NULL; END IF;
  IF was IS NULL OR old <> empty OR kind NOT IN ('once', 'since') THEN
    RAISE EXCEPTION '% cannot be changed', col USING ERRCODE = '23514', CONSTRAINT = 'moments_stay';
  END IF;
  IF kind = 'once' THEN RETURN to_jsonb(wall.event_clock()); END IF;
  -- Without a start there is nothing that it could have come after.
  IF ((will ->> col)::timestamptz BETWEEN (will ->> of_guard)::timestamptz AND latest) IS NOT TRUE THEN
    RAISE EXCEPTION '% lies between % and now', col, of_guard USING ERRCODE = '23514', CONSTRAINT = 'moment_has_come';
  END IF;
  RETURN NULL;
END $$;

-- The arguments are columns and guards in turn. Runs as its caller: what the wall's own functions write, it lets through.
CREATE OR REPLACE FUNCTION wall.true_moments() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  will jsonb := to_jsonb(NEW);
  was jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
  stamped jsonb := '{}';
  stamp jsonb;
BEGIN
  IF wall.is_seeder() OR wall.acts_itself() THEN RETURN NEW; END IF;
  FOR at IN 0 .. TG_NARGS - 1 BY 2 LOOP
    stamp := wall.true_moment(TG_ARGV[at + 1], TG_ARGV[at], was, will);
    IF stamp IS NOT NULL THEN stamped := stamped || jsonb_build_object(TG_ARGV[at], stamp); END IF;
  END LOOP;
  IF stamped <> '{}' THEN NEW := jsonb_populate_record(NEW, stamped); END IF;
  RETURN NEW;
END $$;
"""

CALLERS = {"runtime": ("true_moment(text, text, jsonb, jsonb)",)}
