"""The access log is appended and read, never changed. The database itself records every change of a walled table, by every login;
looks are written by the scribe. Reading is walled by the rooms that know people and cases."""

from security.audit import page_walls
from security.walls.declare import Policy, Table

READ = f"{page_walls.OWN} OR {page_walls.REVIEWED}"
# A row names cases of a colleague's that are not the reviewer's: the person who reviews reads the log by its pages, case by case.
READ_TRACES = f"{page_walls.OWN} OR {page_walls.READS_ALL}"
CHANGE = "verb IN ('ROW_CREATE', 'ROW_UPDATE', 'ROW_DELETE')"
# A person is named only by a caller with that person's session; an event without a person is a refusal.
SIGNED = "(SELECT wall.looks_as(actor_id, position_id, role, office_id))"
OF_NO_PERSON = (
    "actor_id IS NULL AND position_id IS NULL AND role = '' AND office_id IS NULL AND decision = 'denied'"
)
A_LOOK = f"(({OF_NO_PERSON}) OR {SIGNED})"
# Neither number nor clock nor transaction: those are the database's.
OF_A_LOOK = (
    "uuid, verb, decision, rule, purpose, actor_id, position_id, role, office_id, relation, case_id, request_id, panels, fields,"
    " detail, object_pk, remote_addr, action, encoding"
)
OF_A_TRACE = "event_uuid, case_ids, relation, panels, verb, decision, actor_id, position_id, role, office_id"

TABLES = (
    Table(
        "security_event",
        {"runtime": "SELECT", "scribe": f"INSERT ({OF_A_LOOK})"},
        (
            Policy("SELECT", using=READ),
            Policy("INSERT", check=f"NOT {CHANGE} AND {A_LOOK}", role="scribe"),
        ),
        unrecorded="it is the record",
    ),
    Table(
        "security_casetrace",
        {"runtime": "SELECT", "scribe": f"INSERT ({OF_A_TRACE})"},
        (
            Policy("SELECT", using=READ_TRACES),
            Policy("INSERT", check=A_LOOK, role="scribe"),
        ),
        unrecorded="it is the record",
    ),
)

FUNCTIONS = """
CREATE OR REPLACE FUNCTION wall.event_clock() RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN wall.is_seeder() AND nullif(current_setting('tomoshibi.clock', true), '') IS NOT NULL
              THEN current_setting('tomoshibi.clock', true)::timestamptz ELSE clock_timestamp() END
$$;

CREATE OR REPLACE FUNCTION wall.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the access log is append-only' USING ERRCODE = '42501';
END $$;

-- A row as the record keeps it: ciphertext as it is, nothing of empty columns, and hashes of what must not be copied.
CREATE OR REPLACE FUNCTION wall.as_recorded(content jsonb, hashed text) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_strip_nulls(content || coalesce((
    SELECT jsonb_object_agg(c, encode(sha256(convert_to(content ->> c, 'UTF8')), 'hex'))
    FROM unnest(string_to_array(hashed, ',')) c WHERE content ->> c IS NOT NULL), '{}'))
$$;

-- Every change of a walled table, in the transaction that makes it: what each changed column was and became. Person and position
-- are those of the acting identity; the request's number and address are what the server said of this transaction. The arguments
-- are those of security.walls.declare.Recorded: model, case column, the table that leads to the case, kind and owner's column of
-- the key, hashed columns. The settings make the text of moments and bytes the same in every session.
CREATE OR REPLACE FUNCTION wall.record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
  was jsonb := '{}';
  became jsonb := '{}';
  content jsonb;
  changed jsonb;
  of_case uuid;
  me wall.identity;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := wall.as_recorded(to_jsonb(OLD), TG_ARGV[5]); END IF;
  IF TG_OP <> 'DELETE' THEN became := wall.as_recorded(to_jsonb(NEW), TG_ARGV[5]); END IF;
  content := was || became;
  SELECT jsonb_object_agg(c, jsonb_build_array(was -> c, became -> c)) INTO changed
  FROM jsonb_object_keys(content) c WHERE was -> c IS DISTINCT FROM became -> c;
  IF changed IS NULL THEN RETURN NULL; END IF;
  IF TG_ARGV[2] <> '' THEN
    EXECUTE format('SELECT case_id FROM public.%I WHERE id = $1', TG_ARGV[2]) INTO of_case USING (content ->> TG_ARGV[1])::uuid;
  ELSE
    of_case := (content ->> TG_ARGV[1])::uuid;
  END IF;
  SELECT * INTO me FROM wall.my_identity();
  INSERT INTO public.security_event (uuid, verb, action, actor_id, position_id, request_id, remote_addr, case_id, scope_kind, scope_id,
                                     content_type_id, object_pk, changes)
  SELECT gen_random_uuid(), CASE TG_OP WHEN 'INSERT' THEN 'ROW_CREATE' WHEN 'UPDATE' THEN 'ROW_UPDATE' ELSE 'ROW_DELETE' END,
         CASE TG_OP WHEN 'INSERT' THEN 0 WHEN 'UPDATE' THEN 1 ELSE 2 END, me.staff_id, me.position_id,
         nullif(current_setting('tomoshibi.request', true), '')::uuid, nullif(current_setting('tomoshibi.address', true), '')::inet,
         of_case, TG_ARGV[3], (content ->> TG_ARGV[4])::uuid, t.id, content ->> 'id', changed
  FROM public.django_content_type t WHERE t.app_label = split_part(TG_ARGV[0], '.', 1) AND t.model = split_part(TG_ARGV[0], '.', 2);
  IF NOT FOUND THEN RAISE EXCEPTION 'no content type %', TG_ARGV[0]; END IF;
  RETURN NULL;
END $$;

-- Which rows of a table differ from their last recorded change: ids, columns and moments, never a value. ``what`` is
--   changed     a column holds something else than was recorded last
--   put_back    a sealed column holds again what it held before (every sealing gives other characters)
--   missing     a recorded row is gone without a record of its deletion
--   unrecorded  a row without a record
--   unwatched   the table has lost its trigger.
-- With a case: its rows alone, and the rows of the keys named.
CREATE OR REPLACE FUNCTION wall.unlike_record(place text, in_case uuid DEFAULT NULL, of_keys uuid[] DEFAULT NULL)
RETURNS TABLE (what text, row_id text, columns text[], event uuid, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
  seen pg_trigger;
  -- model, case column, table that leads to the case, kind and owner's column of the key, hashed columns
  filed text[];
  rows_wanted text := 'true';
  events_wanted text := 'true';
BEGIN
  SELECT t.* INTO seen FROM pg_trigger t WHERE t.tgrelid = to_regclass(place) AND t.tgname = 'a_record';
  IF seen.oid IS NULL OR seen.tgenabled <> 'O' THEN
    RETURN QUERY SELECT 'unwatched', '', ARRAY[]::text[], NULL::uuid, NULL::timestamptz;
  END IF;
  filed := string_to_array(encode(seen.tgargs, 'escape'), '\\000');
  IF filed IS NULL OR (in_case IS NOT NULL AND filed[2] = '' AND filed[5] = '') THEN RETURN; END IF;
  IF in_case IS NOT NULL AND filed[2] <> '' THEN
    events_wanted := 'e.case_id = $2';
    rows_wanted := CASE filed[3] WHEN '' THEN format('t.%I = $2', filed[2])
      ELSE format('t.%I IN (SELECT id FROM public.%I WHERE case_id = $2)', filed[2], filed[3]) END;
  ELSIF in_case IS NOT NULL THEN
    events_wanted := format('e.scope_kind = %L AND e.scope_id = ANY($3)', filed[4]);
    rows_wanted := CASE filed[5] WHEN '' THEN 'false' ELSE format('t.%I = ANY($3)', filed[5]) END;
  END IF;
  RETURN QUERY EXECUTE format($query$
    WITH every AS (
      SELECT e.object_pk::text AS pk, c.key AS col, c.value -> 1 AS val, e.id, e.uuid, e."timestamp" AS at
      FROM public.security_event e CROSS JOIN LATERAL jsonb_each(e.changes) c
      WHERE e.content_type_id = (SELECT t.id FROM public.django_content_type t
                                 WHERE t.app_label = split_part($1, '.', 1) AND t.model = split_part($1, '.', 2))
        AND e.action < 3 AND %s
        AND c.key IN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = %L::regclass AND a.attnum > 0 AND NOT a.attisdropped)),
    newest AS (SELECT DISTINCT ON (pk, col) * FROM every ORDER BY pk, col, id DESC),
    present AS (
      SELECT t.id::text AS pk, c.key AS col, c.value AS val
      FROM %s t CROSS JOIN LATERAL jsonb_each(wall.as_recorded(to_jsonb(t), %L)) c WHERE %s),
    other AS (
      SELECT pk, col, n.id, n.uuid, n.at, n.pk IS NULL AS is_new, p.pk IS NULL AS is_gone
      FROM newest n FULL JOIN present p USING (pk, col)
      WHERE coalesce(n.val, 'null') IS DISTINCT FROM coalesce(p.val, 'null'))
    SELECT CASE WHEN bool_or(col = 'id' AND is_gone) THEN 'missing' WHEN bool_or(col = 'id' AND is_new) THEN 'unrecorded'
                ELSE 'changed' END,
           pk, array_agg(col ORDER BY col), (array_agg(uuid ORDER BY id DESC NULLS LAST))[1], max(at)
    FROM other GROUP BY pk
    UNION ALL
    SELECT 'put_back', n.pk, array_agg(n.col ORDER BY n.col), (array_agg(n.uuid ORDER BY n.id DESC))[1], max(n.at) FROM newest n
    WHERE length(n.val #>> '{}') >= 60 AND n.val #>> '{}' ~ '^[A-Za-z0-9+/]+={0,2}$'
      AND EXISTS (SELECT 1 FROM every e WHERE e.pk = n.pk AND e.col = n.col AND e.id < n.id AND e.val = n.val)
    GROUP BY n.pk
    ORDER BY 2, 1
  $query$, events_wanted, seen.tgrelid::regclass, seen.tgrelid::regclass, filed[6], rows_wanted)
  USING filed[1], in_case, of_keys;
END $$;

-- How many rows came in a month whose part had not been made: a number, for the alarm.
CREATE OR REPLACE FUNCTION wall.stray_events() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT (SELECT count(*) FROM public.security_event_default) + (SELECT count(*) FROM public.security_casetrace_default)
$$;
"""

CALLERS = {
    "runtime": ("event_clock()",),
    "worker": ("stray_events()", "unlike_record(text, uuid, uuid[])"),
    "scribe": ("event_clock()",),
}

TRIGGERS = """
ALTER TABLE security_event ALTER COLUMN "timestamp" SET DEFAULT wall.event_clock();
ALTER TABLE security_casetrace ALTER COLUMN at SET DEFAULT wall.event_clock();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON security_event
  FOR EACH ROW EXECUTE FUNCTION wall.refuse_change();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON security_event
  FOR EACH STATEMENT EXECUTE FUNCTION wall.refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON security_casetrace
  FOR EACH ROW EXECUTE FUNCTION wall.refuse_change();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON security_casetrace
  FOR EACH STATEMENT EXECUTE FUNCTION wall.refuse_change();
"""
