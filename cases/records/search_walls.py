"""Search tokens: no login reads them. The application puts those of a record, and asks with a token for sealed pointers."""

from security.search.tokens import FIRST_ROWS, MOST_ROWS, POINTER_BYTES, READING_BYTES

FUNCTIONS = f"""
-- In plpgsql, which looks its functions up when it runs: these are raised before the walls of the record.
-- The records whose search tokens the caller may write: one of the own office that is in no case yet, or one within the caller's
-- reach. A caller who could delete a colleague's would hide that child from the search before the glass.
CREATE OR REPLACE FUNCTION wall.may_index(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN wall.my_office_kind() IN ('cgc', 'police')
    AND EXISTS (SELECT 1 FROM public.cases_child k WHERE k.id = which AND k.office_id = wall.my_office())
    AND (NOT EXISTS (SELECT 1 FROM public.cases_case c WHERE c.child_id = which)
      OR EXISTS (SELECT 1 FROM public.cases_case c
                 WHERE c.child_id = which AND wall.holds_on(c.id, 'edit')));
END $$;

-- The plans by which tokens of the caller's office are written: the one that searches use first, and one whose tokens are being
-- made. The lock lets who makes a plan or finishes one wait for all who write by the plans they read here.
CREATE OR REPLACE FUNCTION wall.search_plans() RETURNS TABLE (version smallint, bits smallint, parts smallint, is_ready boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT p.version, p.bits, p.parts, p.ready_at IS NOT NULL FROM public.security_searchplan p
  WHERE p.office_id = (SELECT wall.my_office()) AND p.version >= coalesce((
    SELECT max(r.version) FROM public.security_searchplan r WHERE r.office_id = p.office_id AND r.ready_at IS NOT NULL), 0)
  ORDER BY p.version FOR KEY SHARE OF p;
END $$;

-- Replaces the tokens of a record. A row is taken away by who knows the secret whose SHA-256 it keeps; one of version 0.1.0, which
-- names its record, by its kind. That a row is of this record the database cannot see, but it counts: a record has so many rows at
-- most, so that who writes one child cannot fill a token until a search ends before it has come to other children.
CREATE OR REPLACE FUNCTION wall.put_tokens(which uuid, dropped text[], secrets bytea[],
  kinds text[], tokens bytea[], pointers bytea[], releases bytea[], versions smallint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  had integer;
  changed integer;
  has integer;
BEGIN
  IF wall.may_index(which) IS NOT TRUE THEN
    RAISE EXCEPTION 'this record is not the caller''s to index' USING ERRCODE = '23514', CONSTRAINT = 'indexed_by_right';
  END IF;
  IF EXISTS (SELECT 1 FROM unnest(kinds, tokens, pointers, releases, versions) AS n (kind, token, pointer, release, version)
             WHERE length(n.pointer) IS DISTINCT FROM CASE n.kind WHEN 'kana' THEN {READING_BYTES} ELSE {POINTER_BYTES} END OR length(n.release) IS DISTINCT FROM 32 OR length(n.token) > 32
               OR n.version <> 0 AND NOT EXISTS (
                 SELECT 1 FROM public.security_searchplan p WHERE p.office_id = wall.my_office() AND p.version = n.version)) THEN
    RAISE EXCEPTION 'a search token has its shape' USING ERRCODE = '23514', CONSTRAINT = 'token_has_its_shape';
  END IF;
  -- Who writes for the same record waits here.
  INSERT INTO public.security_searchcount AS n (id, office_id, rows) VALUES (which, wall.my_office(), 0)
  ON CONFLICT (id) DO UPDATE SET rows = n.rows RETURNING n.rows INTO had;
  has := had;
  DELETE FROM public.security_searchtoken t WHERE t.release = ANY(ARRAY(SELECT sha256(s) FROM unnest(secrets) AS s))
    AND t.office_id = (SELECT wall.my_office());
  GET DIAGNOSTICS changed = ROW_COUNT;
  has := has - changed;
  DELETE FROM public.security_searchtoken t WHERE t.object_id = which AND t.kind = ANY(dropped);
  GET DIAGNOSTICS changed = ROW_COUNT;
  has := has - changed;
  INSERT INTO public.security_searchtoken (id, office_id, kind, token, pointer, release, version)
  SELECT gen_random_uuid(), wall.my_office(), n.kind, n.token, n.pointer, n.release, n.version
  FROM unnest(kinds, tokens, pointers, releases, versions) AS n (kind, token, pointer, release, version);
  GET DIAGNOSTICS changed = ROW_COUNT;
  has := greatest(has + changed, 0);
  IF has > had AND has > {MOST_ROWS} THEN
    RAISE EXCEPTION 'this record has as many search tokens as it can have' USING ERRCODE = '23514', CONSTRAINT = 'tokens_bounded';
  END IF;
  UPDATE public.security_searchcount n SET rows = has WHERE n.id = which;
END $$;

-- What lies under these tokens in the caller's office: sealed pointers, which only the holder of the index root reads.
CREATE OR REPLACE FUNCTION wall.pointers(of_kind text, wanted bytea[], of_version smallint, most integer)
RETURNS TABLE (id uuid, token bytea, pointer bytea, object_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT t.id, t.token, t.pointer, t.object_id FROM public.security_searchtoken t
  WHERE t.office_id = (SELECT wall.my_office()) AND t.kind = of_kind AND t.token = ANY(wanted) AND t.version = of_version
  LIMIT most;
END $$;

-- For the check at every start: how many offices have twice as many children as their tokens were planned for, tokens of 0.1.0, or
-- readings whose rows do not say yet what else is known.
CREATE OR REPLACE FUNCTION wall.search_outgrown() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT count(*) FROM (SELECT k.office_id, count(*) AS children FROM public.cases_child k GROUP BY 1) now
    WHERE now.children > 2 * coalesce((
        SELECT p.rows FROM public.security_searchplan p WHERE p.office_id = now.office_id AND p.ready_at IS NOT NULL
        ORDER BY p.version DESC LIMIT 1), {FIRST_ROWS})
      OR EXISTS (SELECT 1 FROM public.security_searchtoken t WHERE t.object_id IS NOT NULL AND t.office_id = now.office_id)
      OR EXISTS (SELECT 1 FROM public.security_searchtoken t
                 WHERE t.office_id = now.office_id AND t.kind = 'kana' AND length(t.pointer) = {POINTER_BYTES}));
END $$;

-- The cases of the caller's office with one of these numbers, among those the caller sees. Under the policy a number is no
-- condition of an index, and every case of the office would be read.
CREATE OR REPLACE FUNCTION wall.my_cases_numbered(wanted text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT c.id FROM public.cases_case c
  WHERE c.office_id = (SELECT wall.my_office()) AND c.number = ANY(wanted) AND EXISTS (
    SELECT 1 FROM wall.my_grants g
    WHERE g.held_case = c.id AND g.held_permission = ANY((SELECT wall.permissions_from('view'))::integer[]))
  LIMIT 50;
END $$;
"""

CALLERS = {
    "runtime": (
        "search_plans()",
        "put_tokens(uuid, text[], bytea[], text[], bytea[], bytea[], bytea[], smallint[])",
        "pointers(text, bytea[], smallint, integer)",
        "search_outgrown()",
        "my_cases_numbered(text[])",
    )
}
